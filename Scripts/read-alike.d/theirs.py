"""Reads results out of messages, with other people's libraries and no knowledge of the registry.

A message is (reports' numbers, patients' numbers, results); a result is a dictionary of code, value, unit, range, flags, status and
time, each as it is sent, None where it is not.
"""

import json
import re

import hl7
from lxml import etree

V3 = "{urn:hl7-org:v3}"
FHIR = "{http://hl7.org/fhir}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"


class Message:
    def __init__(self, dialect):
        self.dialect = dialect
        self.reports, self.patients, self.results = [], [], []


def read(raw):
    """The messages of a file; none where it is nothing that is read here."""
    text = decoded(raw)
    if text is None:
        return []
    start = text.lstrip("\ufeff \r\n\t\x0b")
    if start.startswith(("MSH|", "FHS|", "BHS|")):
        return list(er7(start))
    if start.startswith(("{", "[")):
        return fhir_json(start)
    try:
        root = etree.fromstring(raw.strip(), etree.XMLParser(resolve_entities=False, huge_tree=True, remove_comments=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    name = etree.QName(root).localname
    if re.fullmatch(r"(ORU|OUL)_R\d\d", name):
        return [v2xml(root)]
    # Chinese documents (WS/T 500) give each datum of a result an observation of its own: nobody else reads them.
    if name == "ClinicalDocument" and b"2.16.156.10011.2" not in raw:
        return [cda(root)]
    if root.tag.startswith(FHIR):
        return [fhir(tree_of(root))]
    return []


def decoded(raw):
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# HL7 v2


def er7(text):
    text = text.replace("\r\n", "\r").replace("\n", "\r") if "\r" not in text else text
    for piece in re.split(r"\r(?=MSH\|)", text):
        if not piece.startswith("MSH|"):
            continue
        parsed = hl7.parse(piece)
        message = Message("v2")
        order = None
        for segment in parsed:
            name = str(segment[0])
            get = lambda n: str(segment[n]) if n < len(segment) else ""
            if name == "PID":
                message.patients += [r.split("^")[0] for r in get(3).split("~") if r]
            elif name == "OBR":
                order = {"status": get(25), "time": get(7)}
                message.reports.append((get(3) or get(2)).split("^")[0])
            elif name == "OBX" and order is not None:
                message.results.append(obx(get, order, lambda s: parsed.unescape(s)))
        yield message


def obx(get, order, unescape):
    kind = get(2)
    coded = kind in ("CE", "CWE", "CNE", "CF")
    value = get(5)
    if coded:
        parts = value.split("^")
        value = (parts + ["", ""])[1] or parts[0]
    elif kind == "SN":
        value = value.replace("^", "")
    unit = get(6).split("^")
    return {
        "kind": kind,
        "code": unescape(get(3).split("^")[0]),
        "value": unescape(value),
        "unit": unescape(unit[0]),
        "wholeUnit": unescape(get(6)),
        "range": unescape(get(7)),
        "flags": [unescape(f.split("^")[0]) for f in get(8).split("~") if f],
        "status": get(11),
        "time": get(14),
    }


def v2xml(root):
    message = Message("v2.xml")
    order = None

    def words(element, separator="^"):
        if element is None:
            return ""
        leaves = ["".join(e.itertext()).strip() for e in element] or ["".join(element.itertext()).strip()]
        return separator.join(leaves)

    def component(element, number):
        if element is None:
            return ""
        for child in element:
            if etree.QName(child).localname.endswith(f".{number}"):
                return "".join(child.itertext()).strip()
        return "".join(element.itertext()).strip() if number == 1 and len(element) == 0 else ""

    for segment in root.iter():
        if not isinstance(segment.tag, str):
            continue
        name = etree.QName(segment).localname
        fields = {}
        if name in ("PID", "OBR", "OBX"):
            for field in segment:
                fields.setdefault(int(re.sub(r".*\.", "", etree.QName(field).localname)), []).append(field)
        first = lambda n: fields.get(n, [None])[0]
        if name == "PID":
            message.patients += [component(f, 1) for f in fields.get(3, [])]
        elif name == "OBR":
            order = {"status": component(first(25), 1), "time": component(first(7), 1)}
            message.reports.append(component(first(3), 1) or component(first(2), 1))
        elif name == "OBX" and order is not None:
            kind = component(first(2), 1)
            value = words(first(5), "")
            if kind in ("CE", "CWE", "CNE", "CF"):
                value = component(first(5), 2) or component(first(5), 1)
            message.results.append(
                {
                    "kind": kind,
                    "code": component(first(3), 1),
                    "value": value,
                    "unit": component(first(6), 1),
                    "wholeUnit": words(first(6)),
                    "range": words(first(7)),
                    "flags": [component(f, 1) for f in fields.get(8, [])],
                    "status": component(first(11), 1),
                    "time": component(first(14), 1),
                }
            )
    return message


# FHIR


def fhir_json(text):
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    messages, place = [], 0
    while place < len(text):
        if text[place].isspace() or text[place] == "\ufeff":
            place += 1
            continue
        try:
            value, place = decoder.raw_decode(text, place)
        except ValueError:
            return messages
        if isinstance(value, dict):
            messages.append(fhir(value))
    return messages


def tree_of(element):
    """FHIR XML in the shape of its JSON, with every element a list."""
    name = etree.QName(element).localname
    result = {"resourceType": name} if name[0].isupper() else {}
    if element.get("value") is not None:
        return element.get("value")
    for child in element:
        if not child.tag.startswith(FHIR):
            continue
        inner = tree_of(child)
        if etree.QName(child).localname in ("resource", "contained") and len(child):
            inner = tree_of(child[0])
        result.setdefault(etree.QName(child).localname, []).append(inner)
    return result


def one(value):
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def get(value, *names):
    for name in names:
        value = one(value)
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return one(value)


def every(value, name):
    value = one(value)
    found = value.get(name, []) if isinstance(value, dict) else []
    return found if isinstance(found, list) else [found]


def fhir(resource):
    message = Message("fhir")

    def visit(value):
        if isinstance(value, list):
            for inner in value:
                visit(inner)
        elif isinstance(value, dict):
            kind = value.get("resourceType")
            if kind == "Observation":
                observation(value)
            if kind == "DiagnosticReport":
                message.reports += [get(i, "value") for i in every(value, "identifier")][:1]
            for inner in value.values():
                visit(inner)

    def observation(value):
        parts = every(value, "component")
        for part in parts or [value]:
            result = fhir_result(part, value)
            if result:
                message.results.append(result)

    visit(resource)
    return message


def flag(concept):
    """Of several codes of one interpretation the one of HL7's own."""
    codings = every(concept, "coding")
    own = [c for c in codings if re.search("ObservationInterpretation|0078", get(c, "system") or "")]
    return get(own or codings, "code")


def fhir_result(part, whole):
    code = get(part, "code", "coding", "code") or get(part, "code", "text") or get(part, "code", "coding", "display")
    result = {"kind": "", "code": code, "unit": None, "value": None, "range": None}
    quantity = get(part, "valueQuantity")
    if isinstance(quantity, dict):
        result["value"] = (get(quantity, "comparator") or "") + (get(quantity, "value") or "")
        is_ucum = get(quantity, "system") == "http://unitsofmeasure.org"
        result["unit"] = (get(quantity, "code") if is_ucum else None) or get(quantity, "unit") or get(quantity, "code")
    for name in ("valueString", "valueInteger", "valueBoolean", "valueDateTime", "valueTime"):
        value = get(part, name)
        if value is not None:
            result["value"] = str(value).lower() if isinstance(value, bool) else str(value)
    concept = get(part, "valueCodeableConcept")
    if concept:
        result["value"] = (
            get(concept, "coding", "display") or get(concept, "text") or get(concept, "coding", "code")
        )
    if result["value"] is None:
        return None
    ranges = every(part, "referenceRange")
    if len(ranges) == 1:
        low, high = get(ranges, "low", "value"), get(ranges, "high", "value")
        result["range"] = f"{low}-{high}" if low and high else f"≥{low}" if low else f"≤{high}" if high else None
    result["flags"] = list(filter(None, map(flag, every(part, "interpretation"))))
    result["status"] = get(whole, "status")
    result["time"] = get(whole, "effectiveDateTime")
    return result


# CDA


def cda(root):
    message = Message("cda")
    for patient in root.iterfind(f"{V3}recordTarget/{V3}patientRole/{V3}id"):
        message.patients.append(patient.get("extension"))
    for observation in root.iter(f"{V3}observation"):
        sections = [s.find(f"{V3}code") for s in observation.iterancestors(f"{V3}section")]
        # Vital signs and what a patient can do stand in batteries too: results have their own section, or a document.
        if root.find(f"{V3}code").get("code") != "11502-2" and not any(
            s is not None and s.get("code") == "30954-2" for s in sections
        ):
            continue
        value, code = observation.find(f"{V3}value"), observation.find(f"{V3}code")
        organizer = next((a for a in observation.iterancestors(f"{V3}organizer")), None)
        # Results stand in batteries; what stands alone may be anything.
        if value is None or code is None or organizer is None or organizer.get("classCode") not in ("BATTERY", "CLUSTER"):
            continue
        kind = (value.get(XSI) or "").split(":")[-1]
        if kind not in ("PQ", "INT", "REAL", "ST"):
            continue
        bounds = observation.find(f"{V3}referenceRange/{V3}observationRange/{V3}value")
        low = bounds.find(f"{V3}low") if bounds is not None else None
        high = bounds.find(f"{V3}high") if bounds is not None else None
        low, high = (b.get("value") if b is not None else None for b in (low, high))
        flags = [i.get("code") for i in observation.findall(f"{V3}interpretationCode") if i.get("code")]
        message.results.append(
            {
                "kind": kind,
                "code": code.get("code"),
                "value": value.get("value") or " ".join("".join(value.itertext()).split()),
                "unit": value.get("unit"),
                "range": f"{low}-{high}" if low and high else None,
                "flags": flags,
                "status": None,
                "time": (observation.find(f"{V3}effectiveTime").get("value") or "")
                if observation.find(f"{V3}effectiveTime") is not None
                else None,
            }
        )
    return message
