"""The messages of a file, found by this reader alone: one after another, in wrappers, in CDATA, in lines, in archives."""
import io
import json
import os
import re
import zipfile

from lxml import etree

import cda
import fhir
import v2
from model import Unread

XML_ROOTS = v2.ROOTS | fhir.ROOTS | cda.ROOTS
DOCTYPE = re.compile(rb"<!DOCTYPE")


def entries(path):
    """(label, bytes) of a file, or of each file in an archive; labels are those `huren` prints."""
    data = open(path, "rb").read()
    if data[:2] != b"PK":
        return [(path, data)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(f"{path}!{name}", archive.read(name)) for name in archive.namelist() if not name.endswith("/")]


def walk(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    yield os.path.join(folder, name)
        else:
            yield path


def decode(data):
    """UTF-8 where the bytes are that, else GB18030, else Latin-1."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def messages(data):
    """The messages of a file, in order; `Unread` in the place of one that nobody can read."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n\x0b")[:1]
    if start == b"<":
        return list(of_xml(data))
    if start in (b"{", b"["):
        return list(of_json(decode(data)))
    words = decode(data)
    starts = [found.start(1) for found in re.finditer(r"(?:^|[\r\n\x0b])[ \t]*(MSH[^A-Za-z0-9 \r\n])", words)]
    if not starts:
        return []
    ends = starts[1:] + [len(words)]
    found = []
    for begin, end in zip(starts, ends):
        piece = re.split(r"[\r\n](?:BTS|FTS|BHS|FHS)\|", words[begin:end])[0]
        try:
            found.append(v2.read(v2.er7(piece)))
        except Exception as problem:  # a piece that is no message
            found.append(Unread(str(problem)))
    return found


# JSON

def of_json(words):
    try:
        found = [json.loads(words, parse_float=str, parse_int=str)]
    except ValueError:
        found = []
        for line in words.splitlines():
            if line.strip():
                try:
                    found.append(json.loads(line, parse_float=str, parse_int=str))
                except ValueError as problem:
                    found.append(Unread(str(problem)))
    for value in found:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Unread):
                yield item
            elif not isinstance(item, dict) or item.get("resourceType") not in fhir.ROOTS:
                yield Unread("no resource that holds results")
            else:
                yield fhir.read(fhir.of_json(item))


# XML

def parse(data):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        words = data.decode("utf-8-sig")
        # Bytes that are UTF-8 throughout are, whatever the label says.
        words = re.sub(r"^\s*<\?xml[^>]*\?>", "", words, count=1)
        return etree.fromstring(words.encode("utf-8"), parser)
    except UnicodeDecodeError:
        pass
    match = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w-]+)", data)
    label = match.group(1).decode() if match else "gb18030"
    words = data.decode("gb18030" if label.lower() in ("gb2312", "gbk", "gb18030") else label, "strict")
    return etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", words, count=1).encode("utf-8"), parser)


def of_xml(data):
    if DOCTYPE.search(data[:4096]):
        yield Unread("doctype")
        return
    try:
        root = parse(data)
    except (etree.XMLSyntaxError, UnicodeDecodeError, LookupError):
        yield from pieces(data)
        return
    found = list(outermost(root))
    if not found:
        yield Unread("no root that is known")
    for element in found:
        yield from read(element)


def outermost(root):
    """Elements that begin a message, none within another; those in CDATA are read as files of their own."""
    name = cda.local(root)
    if name in XML_ROOTS and (name not in fhir.ROOTS or root.tag.startswith("{" + fhir.NAMESPACE)):
        yield root
        return
    if not len(root) and (root.text or "").lstrip().startswith("<"):
        yield root.text.strip().encode("utf-8")
        return
    for child in root:
        yield from outermost(child)


def read(element):
    if isinstance(element, bytes):
        yield from of_xml(element)
        return
    name = cda.local(element)
    try:
        if name in v2.ROOTS or name.startswith("ADT_"):
            yield v2.read(v2.xml(element))
        elif name in fhir.ROOTS:
            yield fhir.read(fhir.of_xml(element))
        else:
            yield cda.read(element)
    except (IndexError, KeyError, AttributeError) as problem:
        yield Unread(repr(problem))


class Broken(Unread):
    """XML that is not well-formed."""

    def __init__(self, problem, data):
        super().__init__(str(problem))
        self.data = data

    def repaired(self):
        """With the signs escaped that stand for nothing; None where that is not all."""
        try:
            ampersands = re.sub(rb"&(?![A-Za-z]\w*;|#)", b"&amp;", self.data)
            return next(read(parse(re.sub(rb"<(?![A-Za-z/!?])", b"&lt;", ampersands))))
        except etree.XMLSyntaxError:
            return None


def pieces(data):
    """Several documents in one file, or some that do not parse: each by itself."""
    names = "|".join(sorted(XML_ROOTS, key=len, reverse=True))
    end = 0
    begun = []
    for match in re.finditer(rf"<(?:\w+:)?({names})[\s>/]".encode(), data):
        if match.start() < end:
            continue
        close = re.compile(rb"</(?:\w+:)?" + match.group(1) + rb"\s*>").search(data, match.end())
        end = close.end() if close else len(data)
        begun.append(data[match.start():end])
    if not begun:
        yield Unread("not well-formed")
    for piece in begun:
        try:
            yield from read(parse(piece))
        except (etree.XMLSyntaxError, UnicodeDecodeError) as problem:
            yield Broken(problem, piece)
