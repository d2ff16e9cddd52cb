"""HL7 v2: ER7 with PyPI `hl7`, v2.xml with lxml, both as segments of fields of repetitions of components of subcomponents.

`hl7` splits; its `unescape` drops escape sequences that it does not know, and reads no `\\X..\\` of several bytes, so they are resolved here.
"""
import re

import hl7

from model import Message, Report, Result, Said, is_filler, moment, text, tidy, time

ROOTS = {"ORU_R01", "ORU_R30", "ORU_R31", "ORU_R32", "ORU_R40", "OUL_R21", "OUL_R22", "OUL_R23", "OUL_R24"}
RESULT_STATUS = {
    "F": "final", "C": "corrected", "P": "preliminary", "R": "preliminary", "S": "partial", "I": "registered",
    "O": "registered", "N": "registered", "X": "cancelled", "U": "final", "V": "final", "A": "amended", "B": "appended",
    "D": None, "W": None,
}
ORDER_STATUS = {
    "F": "final", "C": "corrected", "P": "preliminary", "R": "preliminary", "M": "preliminary", "A": "partial",
    "I": "registered", "O": "registered", "S": "registered", "N": "registered", "X": "cancelled", "Y": "unknown",
    "Z": "unknown", "B": "appended", "V": "final", "U": "final", "D": "cancelled", "W": "entered-in-error",
}
# Table 0203: of a visit, an account, an order, a clinician.
NO_PERSONS = {"AN", "VN", "FI", "ACSN", "PLAC", "FILL", "EN", "EI", "DN", "DR", "MD", "NPI", "XX", "DL", "AM", "LN", "WC", "EDR", "PTEST"}


class Segment:
    def __init__(self, name, line, fields, signs="^~\\&"):
        # fields: number -> repetitions, each a list of components, each a list of subcomponents.
        self.name, self.line, self.fields, self.signs = name, line, fields, signs

    def repetitions(self, number):
        return self.fields.get(number, [])

    def component(self, number, component=1, repetition=0):
        """Whole, its subcomponents together again."""
        repetitions = self.repetitions(number)
        if repetition >= len(repetitions) or component > len(repetitions[repetition]):
            return None
        return tidy(self.signs[3].join(repetitions[repetition][component - 1]))

    def first(self, number, component=1):
        """Its first subcomponent."""
        repetitions = self.repetitions(number)
        if not repetitions or component > len(repetitions[0]):
            return None
        return tidy(repetitions[0][component - 1][0])

    def stated(self, number, component=1):
        """As `first`, but a filler is none."""
        words = self.first(number, component)
        return None if is_filler(words) else words

    def whole(self, number, separator=None):
        def repetition(parts):
            return self.signs[0].join(self.signs[3].join(part) for part in parts)
        return tidy((separator or self.signs[1]).join(repetition(parts) for parts in self.repetitions(number)))


# ER7

def unescape(words, signs):
    """Escapes of 2.7; what nobody knows stays."""
    escape = re.escape(signs[2])
    named = {"F": "|", "S": signs[0], "T": signs[3], "R": signs[1], "E": signs[2], "H": "", "N": "", ".br": "\n", ".BR": "\n"}

    def hexadecimal(match):
        data = bytes.fromhex("".join(re.findall("[0-9A-Fa-f]{2}", re.sub(f"{escape}[Xx]", "", match.group(0)))))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("gb18030", "replace")

    def command(match):
        inner = match.group(1)
        if inner in named:
            return named[inner]
        if re.match(r"\.(sp|in|ti|fi|nf|ce|sk)", inner, re.I):
            return "\n" if inner[1:3].lower() in ("sp", "ce") else " " if inner[1:3].lower() == "sk" else ""
        return match.group(0) if not re.match("[CM][0-9A-F]{4,6}$", inner) else ""

    pieces = re.split(f"((?:{escape}[Xx](?:[0-9A-Fa-f]{{2}})+{escape})+)", words)
    out = []
    for piece in pieces:
        if re.match(f"{escape}[Xx](?:[0-9A-Fa-f]{{2}})+{escape}", piece):
            out.append(re.sub(".*", hexadecimal, piece, count=1, flags=re.S))
        else:
            out.append(re.sub(f"{escape}([^{escape}\\s]{{1,12}}){escape}", command, piece))
    return "".join(out)


def er7(words):
    """The segments of one message. The terminator is CR, or LF in a text without CR; other lines go on with the field before them."""
    words = words.strip("\x0b\x1c\r\n")
    starts = [(1, 0)] + [
        (words.count("\n", 0, found.start()) + words.replace("\r\n", "\n").count("\r", 0, found.start()) + 2, found.end())
        for found in re.finditer(r"(?:\r\n|\r|\n)[ \t\r\n]*(?=[A-Z][A-Z0-9]{2}(?:\||\s|$))", words)]
    segments = []
    signs = None
    for index, (line, start) in enumerate(starts):
        end = starts[index + 1][1] if index + 1 < len(starts) else len(words)
        piece = words[start:end].rstrip("\r\n \t")
        if signs is None:
            signs = (piece[4:].split(piece[3])[0] + "^~\\&"[len(piece[4:].split(piece[3])[0]):])[:4]
            header = piece
        # `hl7` wants a header with every segment, and would end one at each line break.
        masked = piece.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\x00")
        parsed = hl7.parse(masked if index == 0 else header.split("\r")[0].replace("\n", " ") + "\r" + masked)[0 if index == 0 else 1]
        fields = {}
        for number in range(1, len(parsed)):
            raw = parsed[number]
            if index == 0 and number < 3:
                fields[number] = [[[str(raw)]]]
            elif str(raw):
                fields[number] = [
                    [[unescape(part.replace("\x00", "\n"), signs) for part in parts(component)]
                     for component in parts_of(repetition)] for repetition in raw]
        segments.append(Segment(str(parsed[0]), line, fields, signs))
    return segments


def parts_of(repetition):
    return [repetition] if isinstance(repetition, str) else list(repetition)


def parts(component):
    return [component] if isinstance(component, str) else [str(part) for part in component]


# v2.xml

def local(element):
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def number_of(element):
    found = re.search(r"\.(\d+)$", local(element))
    return int(found.group(1)) if found else None


def xml_words(element):
    """The text with formatting elements as what they stand for."""
    out = [element.text or ""]
    for child in element:
        if local(child) == "escape":
            out.append("\n" if (child.get("V") or "").lower() == ".br" else unescape(f"\\{child.get('V')}\\", "^~\\&"))
        elif isinstance(child.tag, str):
            out.append("".join(child.itertext()))
        out.append(child.tail or "")
    # Line breaks beside an element are those of whoever wrote the file to be looked at.
    return "".join(re.sub(r"^\s*\n\s*|\s*\n\s*$", "", piece) if piece != "\n" else piece for piece in out).strip()


def numbered(element):
    children = {}
    for child in element:
        if isinstance(child.tag, str) and number_of(child):
            children.setdefault(number_of(child), child)
    return children


def xml_components(field):
    children = numbered(field)
    if not children:
        return [[unescape(xml_words(field), "^~\\&")]]
    out = []
    for number in range(1, max(children) + 1):
        child = children.get(number)
        if child is None:
            out.append([""])
            continue
        inner = numbered(child)
        if not inner:
            out.append([unescape(xml_words(child), "^~\\&")])
        else:
            out.append([
                unescape(" ".join(inner[k].itertext()).strip(), "^~\\&") if k in inner else ""
                for k in range(1, max(inner) + 1)])
    return out


def xml(root):
    segments = []
    for element in root.iter():
        if len(local(element)) != 3 or number_of(element) is not None:
            continue
        fields = {}
        for child in element:
            number = number_of(child) if isinstance(child.tag, str) else None
            if number:
                fields.setdefault(number, []).append(xml_components(child))
        segments.append(Segment(local(element), element.sourceline, fields))
    return segments


# What the segments say

def read(segments):
    message = Message()
    header = segments[0]
    kind = (header.first(9, 1) or "").split("_")[0]
    if kind not in ("ORU", "OUL"):
        message.is_empty = True
        message.refusals = {"unknown-dialect", "missing-patient", "missing-source", "missing-report-number"}
        return message
    message.identifier = text(header.first(10))
    message.time = time(header.first(7))
    if (header.first(11) or "").upper() in ("T", "D", "N", "V"):
        message.refusals.add("test-message")
    if message.time.rule_for(None) is not False:
        message.refusals.add("missing-message-time")
    Reading(message, segments).run()
    return message


class Reading:
    def __init__(self, message, segments):
        self.message, self.segments = message, segments
        self.patient, self.order, self.orc = None, None, None
        self.specimens, self.leading = [], []

    def run(self):
        is_oul = self.segments[0].first(9, 1).startswith("OUL")
        pending = None
        for segment in self.segments:
            if segment.name == "PID":
                self.patient, self.order, pending, self.leading = self.read_patient(segment), None, None, []
            elif segment.name == "ORC":
                if is_oul and self.order is not None and not self.order.results and self.orc is None:
                    self.orc = segment
                    self.number(self.order, self.obr)
                else:
                    pending = segment
            elif segment.name == "OBR":
                self.orc, pending = pending, None
                self.begin(segment)
            elif segment.name == "SPM":
                self.specimen(segment)
            elif segment.name == "OBX" and self.order is not None:
                self.order.results.append(self.result(segment))
        if not self.message.reports:
            self.message.refusals |= {"missing-report-number"}
            self.message.is_empty = True

    def read_patient(self, pid):
        numbers = {}
        for repetition in range(len(pid.repetitions(3))):
            value = pid.component(3, 1, repetition)
            kind = (pid.component(3, 5, repetition) or "").upper()
            if value is None or is_filler(value):
                continue
            numbers[value] = None
            if kind in NO_PERSONS or kind and not re.match("^(MR|PI|PT|U|NI|NNCHN|ID|PPN|HC|JHN|MC|SS|MI|BR|PRC)$", kind):
                numbers[value] = "number-of-no-person"
            expiry = moment(pid.component(3, 8, repetition))
            if expiry and expiry != "unreadable":
                numbers[value] = "number-expired"
        for place in (2, 4, 18, 19, 20, 21):
            for repetition in range(len(pid.repetitions(place))):
                value = pid.component(place, 1, repetition)
                if value and value not in numbers and not is_filler(value):
                    numbers[value] = "number-in-an-older-place"
        # Numbers that are none: 不详, 自费.
        if not numbers and is_filler(pid.first(5)):
            self.message.refusals.add("missing-patient")
        return numbers

    def specimen(self, spm):
        if self.order is None or not self.order.results and self.leading:
            self.leading.append(spm)
        elif self.order is not None and not self.specimens and self.segments[0].first(9, 2) in ("R22", "R23"):
            self.leading, self.order = [spm], None
        else:
            self.specimens.append(spm)
            for result in self.order.results:
                result.collected = self.collected()

    def begin(self, obr):
        if self.patient is None:
            self.message.refusals.add("missing-patient")
        self.obr = obr
        self.specimens = list(self.leading)
        self.order = Report(numbers=[], patient=self.patient or {})
        self.number(self.order, obr)
        self.order.orders = [
            code for code in (obr.component(4, n) for n in (1, 4, 10, 2, 9)) if code and not is_filler(code)]
        if obr.stated(25):
            self.order.status = Said(ORDER_STATUS.get(obr.stated(25), "unknown"))
        self.order.reported = time(obr.stated(22))
        self.order.performed = time(obr.stated(7))
        self.message.reports.append(self.order)

    def number(self, order, obr):
        number = obr.stated(3) or obr.stated(2) or (self.orc.stated(3) if self.orc else None)
        order.numbers = [number] if number else []
        if number is None:
            self.message.refusals.add("missing-report-number")

    def collected(self):
        taken = [time(spm.stated(17)) for spm in self.specimens if spm.stated(17)]
        if taken:
            known = [said for said in taken if said.standard not in (None, "unreadable")]
            first = min(known, key=lambda said: str(said.standard), default=taken[0])
            return first.or_by("placeholder-time", time(self.obr.stated(7)).standard) if first.others else first
        return time(self.obr.stated(7))

    def result(self, obx):
        codes = [obx.component(3, n) for n in (1, 4, 10, 2, 9, 5)]
        result = Result(codes=[code for code in codes if code and not is_filler(code)], line=obx.line, sub=obx.whole(4) or "")
        for code in list(result.codes):
            # A suffix says which part of the report it is (7.1.3).
            result.codes += [part for part in code.rsplit("&", 1) if "&" in code]
        if not result.codes:
            result.may_lack.append("no-code")
        read_value(obx, result)
        read_unit(obx, result)
        ranges = obx.whole(7)
        if ranges is not None:
            result.range = Said(obx.component(7)).or_by("text-is-whole", ranges)
            result.range.or_by("text-is-whole", obx.whole(7, "\n"))
            if is_filler(ranges):
                result.range.or_none("filler-is-absent")
        flags = [obx.component(8, 1, k) for k in range(len(obx.repetitions(8)))]
        result.flags = Said([flag for flag in flags if flag])
        stated = [flag for flag in flags if not is_filler(flag)]
        result.flags.or_by("filler-is-absent", stated)
        others = [next((w for w in (obx.component(8, n, k) for n in (1, 4, 2)) if not is_filler(w)), None)
                  for k in range(len(obx.repetitions(8)))]
        result.flags.or_by("code-in-the-alternate", [flag for flag in others if flag])
        if obx.stated(11):
            result.status = Said(RESULT_STATUS.get(obx.stated(11), "unknown"))
            result.is_removed = obx.stated(11) in ("D", "W")
            if obx.stated(11) == "U":
                result.may_lack.append("final-without-value")
        result.observed = time(obx.stated(14))
        result.collected = self.collected()
        return result


def read_value(obx, result):
    """OBX-5 by OBX-2."""
    kind = obx.stated(2) or ""
    whole = obx.whole(5)
    if whole is None:
        return
    first = obx.component(5)
    result.line_of_text = obx.whole(5, "\n") if kind in ("ST", "TX", "FT", "") else None
    if kind in ("CE", "CWE", "CNE", "CF", "IS", "ID") or kind == "" and len(obx.repetitions(5)[0]) > 1:
        codes = [obx.component(5, n) for n in (1, 4, 10, 2, 9)]
        stated = next((code for code in codes if not is_filler(code)), None)
        # Where there is no first code, another, or the words, is all that stands for one.
        result.value = Said(stated or first)
        repetitions = range(len(obx.repetitions(5)))
        result.words = [w for k in repetitions for w in (obx.component(5, 2, k),) if w and not is_filler(w)]
    elif kind == "SN":
        pieces = [obx.component(5, n) or "" for n in (1, 2, 3, 4)]
        joined = "".join(piece.replace(" ", "") for piece in pieces)
        result.value = Said(joined)
        if pieces[0] == "=":
            result.value.or_by("equals-says-nothing", joined[1:])
        if len(obx.repetitions(5)[0]) == 1:
            result.value.or_by("text-is-whole", whole)
    elif kind == "NR":
        result.value = Said("-".join(filter(None, [obx.component(5, 1), obx.component(5, 2)])))
    elif kind == "CQ":
        result.value = Said(first)
    elif kind in ("DT", "TM", "TS", "DTM"):
        result.value = Said(whole)
    elif kind == "ED":
        words = "/".join(filter(None, [obx.component(5, 2), obx.component(5, 3)]))
        result.value = Said(words).or_by("document-by-type", obx.component(5, 2)).or_by("document-by-type", obx.component(5, 3))
        if (obx.component(5, 4) or "A").upper() == "A" and obx.component(5, 5):
            body = obx.signs[0].join(obx.component(5, n) or "" for n in range(5, len(obx.repetitions(5)[0]) + 1))
            result.value.or_by("text-is-whole", body)
    elif kind == "RP":
        addresses = [obx.component(5, 1, k) or "" for k in range(len(obx.repetitions(5)))]
        result.value = Said(addresses[0]).or_by("text-is-whole", "\n".join(filter(None, addresses)))
    else:
        result.value = Said(first if kind in ("ST", "TX", "FT", "NM") else whole)
        coded = obx.component(5, 1), obx.component(5, 3)
        if len(obx.repetitions(5)[0]) > 2 and all(coded):
            result.value.or_by("code-whatever-its-type", coded[0])
            result.words = [obx.component(5, 2)]
        if whole.startswith("JVBERi0"):
            result.value.or_by("document-by-type", "application/pdf")
    result.value.or_by("text-is-whole", whole)
    result.value.or_by("text-is-whole", obx.whole(5, "\n"))
    if is_filler(whole):
        result.value.or_none("filler-is-absent")


def read_unit(obx, result):
    stated = [w for w in (obx.component(6, n) for n in (1, 2, 4, 5, 9)) if w and not is_filler(w)]
    first = obx.component(6)
    result.unit = text(first if first else next(iter(stated), None))
    if obx.whole(6) is None:
        if (obx.stated(2) or "") == "CQ":
            result.unit.or_by("unit-in-the-value", obx.component(5, 2))
        return
    second = obx.component(6, 2)
    if first and second and re.match(r"[-+]?\d{1,2}(\D|$)", second) and re.search(r"(10|m)$", first):
        result.unit.or_by("power-unescaped", first + obx.signs[0] + second)
    if first is None or is_filler(first):
        for n in (2, 4, 5, 9):
            result.unit.or_by("code-in-the-alternate", obx.component(6, n))
    if (obx.component(6, 6) or "").upper() == "UCUM" and (obx.component(6, 3) or "").upper() != "UCUM":
        result.unit.or_by("unit-of-UCUM", obx.component(6, 4))
