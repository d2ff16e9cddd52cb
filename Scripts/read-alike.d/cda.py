"""HL7 V3 with lxml: results of CDA (C-CDA, XD-LAB, ELGA), V3 organizers, and the Chinese documents C0006 and C0007 (WS/T 500)."""
import base64
import re

from lxml import etree

from model import Message, Report, Result, Said, is_filler, text, time

ROOTS = {"ClinicalDocument", "RCMR_IN000002UV02", "RCMR_IN000002UV01", "organizer", "POLB_IN224200UV01", "POLB_IN364000CA"}
LAB_TEMPLATES = {"1.3.6.1.4.1.19376.1.3.3", "1.2.40.0.34.11.4", "1.2.40.0.34.6.0.11.0.11", "1.2.40.0.34.6.0.11.0.14"}
RESULT_TEMPLATES = {"2.16.840.1.113883.10.20.22.4.2", "2.16.840.1.113883.10.20.1.31", "1.3.6.1.4.1.19376.1.3.1.6"}
RESULT_SECTIONS = {"30954-2", "2.16.840.1.113883.10.20.22.2.3", "2.16.840.1.113883.10.20.22.2.3.1"}
COMMENTS = {"48767-8"}
ADMINISTRATIVE = {"92235-1", "92236-9", "33999-4", "246514001"}
ACT_STATUS = {"completed": "final", "active": "preliminary", "held": "preliminary", "new": "preliminary",
              "suspended": "preliminary", "aborted": "cancelled", "cancelled": "cancelled", "obsolete": "cancelled",
              "nullified": "entered-in-error"}


def local(element):
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def children(element, name):
    return [] if element is None else [child for child in element if local(child) == name]


def child(element, *names):
    for name in names:
        element = next(iter(children(element, name)), None)
    return element


def attribute(element, name):
    if element is None or element.get(name) is None:
        return None
    value = element.get(name)
    return None if is_filler(value) else value


def xsi(element):
    kind = element.get("{http://www.w3.org/2001/XMLSchema-instance}type") or ""
    return kind.split(":")[-1]


def words(element):
    if element is None:
        return None
    inner = re.sub(r"\s+", " ", "".join(element.itertext())).strip()
    return inner or attribute(element, "value")


def ids(element):
    return [f for i in children(element, "id") for f in [attribute(i, "extension") or attribute(i, "root")] if f]


def start(element):
    if element is None:
        return Said()
    if attribute(element, "value"):
        return time(element.get("value"))
    for end in ("low", "center", "any", "high"):
        inner = child(element, end)
        if attribute(inner, "value"):
            return time(inner.get("value"))
    return Said()


def within(root):
    """The document in a message: an element, or in base64."""
    if local(root) in ("ClinicalDocument", "organizer"):
        return root
    for element in root.iter():
        if local(element) in ("ClinicalDocument", "organizer"):
            return element
        held = element.get("value") or element.text or ""
        if local(element) in ("originalText", "text") and len(held) > 200 and re.match(r"[A-Za-z0-9+/=\s]+$", held):
            return etree.fromstring(base64.b64decode(held))
    return None


def read(root):
    message = Message()
    name = local(root)
    document = within(root)
    message.identifier = text(next(iter(ids(root)), None))
    message.time = start(child(root, "effectiveTime") if child(root, "effectiveTime") is not None else child(root, "creationTime"))
    if document is None:
        document = root
    if name.startswith("RCMR"):
        message.time = message.time.or_by("time-of-the-document", start(child(document, "effectiveTime")).standard)
        message.identifier.or_by("time-of-the-document", next(iter(ids(document)), None))
    if local(document) == "ClinicalDocument" and not has_header(document):
        message.is_empty = True
        message.refusals |= {"unknown-dialect", "missing-message-time", "missing-report-number", "missing-patient", "missing-source"}
    report = Report(numbers=ids(document), patient=patient(document))
    set_id = child(document, "setId")
    if set_id is not None:
        report.numbers += [f for f in [attribute(set_id, "extension") or attribute(set_id, "root")] if f]
    for element in document.iter():
        if local(element) in ("organizer", "act", "observation", "battery"):
            report.numbers += ids(element)
    role = child(document, "recordTarget", "patientRole")
    if role is not None:
        report.numbers += ids(role)
    code = attribute(child(document, "code"), "code")
    if code in ("C0006", "C0007") or "2.16.156.10011.2.1.1.2" in {t.get("root", "")[:22] for t in children(document, "templateId")}:
        report.results = chinese(document)
        report.performed = Said(None)
        for result in report.results[:1]:
            report.performed.or_by("time-of-the-result", result.observed.standard)
    else:
        report.results = results(document)
    author = start(child(document, "author", "time"))
    report.reported = Said(author.standard).or_by("time-of-the-document", start(child(document, "effectiveTime")).standard)
    # A document is final, but for what its results say.
    report.status = Said("final")
    for result in report.results:
        report.status.or_by("status-of-what-it-holds", result.status.standard)
    if child(document, "recordTarget") is None and local(document) == "organizer":
        message.is_empty = True
    performed = start(child(document, "documentationOf", "serviceEvent", "effectiveTime"))
    if not report.results:
        message.is_empty = True
        report.performed = Said(None).or_by("time-of-the-service", performed.standard)
        report.narrative = re.sub(r"\s+", "", "".join(document.itertext()))
    message.reports = [report]
    return message


def has_header(document):
    return child(document, "effectiveTime") is not None and child(document, "recordTarget") is not None


def patient(document):
    numbers = {}
    for target in [e for e in document.iter() if local(e) in ("recordTarget", "recordtarget")]:
        role = child(target, "patientRole")
        inner = child(role, "patient")
        for holder in (role, inner):
            for i in children(holder, "id"):
                value = attribute(i, "extension")
                if value:
                    numbers[value] = None
                    # Of a Chinese document the role's numbers are the visit's and the report's too.
                    if attribute(i, "root") and i.get("root").startswith("2.16.156.10011.1.") and not re.match(
                            r"2\.16\.156\.10011\.1\.(3|11|12|19)$", i.get("root")):
                        numbers[value] = "number-of-no-person"
                elif attribute(i, "root"):
                    numbers.setdefault(i.get("root"), "root-alone")
    return numbers


def is_other(element):
    """Of a planned act, of somebody else, or an annotation."""
    for around in [element, *element.iterancestors()]:
        mood = around.get("moodCode")
        if mood and mood != "EVN" or around.get("negationInd") == "true":
            return "not-found-but-planned"
        if child(around, "subject", "relatedSubject") is not None:
            return "of-another-patient"
    return None


def is_laboratory(document):
    templates = {attribute(t, "root") for t in children(document, "templateId")}
    codes = {attribute(c, "code") for c in children(document, "code")}
    return bool(templates & LAB_TEMPLATES) or "11502-2" in codes or local(document) != "ClinicalDocument"


def results(document):
    found = []
    of_laboratory = is_laboratory(document)
    for element in document.iter():
        if local(element) not in ("observation", "observationEvent"):
            continue
        own = {attribute(t, "root") for t in children(element, "templateId")}
        section = next((a for a in element.iterancestors() if local(a) == "section"), None)
        of_section = {attribute(c, "code") for c in children(section, "code")} if section is not None else set()
        in_results = bool(of_section & RESULT_SECTIONS) or bool(
            {attribute(t, "root") for t in children(section, "templateId")} & RESULT_SECTIONS if section is not None else False)
        if not (of_laboratory or in_results or own & RESULT_TEMPLATES):
            continue
        code = attribute(child(element, "code"), "code")
        if code in COMMENTS or code in ADMINISTRATIVE:
            continue
        if element.get("classCode") in ("DGIMG", "ROIBND", "ROIOVL", "COND"):
            continue
        found.append(result(element, document))
        if not in_results and not own & RESULT_TEMPLATES:
            found[-1].may_lack.append("in-a-section-of-something-else")
    return found


def narrative(document, element):
    """The text that a reference within an element points at."""
    reference = next((e for e in element.iter() if local(e) == "reference"), None)
    if reference is None or not reference.get("value"):
        return None
    target = reference.get("value").lstrip("#")
    for inner in document.iter():
        if inner.get("ID") == target:
            return re.sub(r"\s+", " ", " ".join(inner.itertext())).strip()
    return None


def concept(element, document=None):
    """Codes and words of a CD."""
    if element is None:
        return [], []
    holders = [element] + children(element, "translation")
    codes = [c for h in holders for c in [attribute(h, "code")] if c]
    texts = [w for h in holders for w in [attribute(h, "displayName"), words(child(h, "displayName"))] if w]
    original = child(element, "originalText")
    if original is not None:
        seen = re.sub(r"\s+", " ", "".join(original.itertext())).strip() or (narrative(document, original) if document is not None else None)
        texts += [seen] if seen else []
    return codes, texts


def result(element, document):
    codes, texts = concept(child(element, "code"), document)
    own = Result(codes=codes + texts, line=element.sourceline)
    inner = child(element, "text")
    if not own.codes and inner is not None:
        own.codes = [w for w in [words(inner), narrative(document, inner)] if w]
    if not own.codes:
        own.may_lack.append("no-code")
    other = is_other(element)
    if other:
        own.may_lack.append(other)
    values = children(element, "value")
    if values:
        read_value(values[0], document, own)
        if len(values) > 1:
            own.several = len(values)
    flags = [attribute(i, "code") or attribute(i, "displayName") for i in children(element, "interpretationCode")]
    flags = list(dict.fromkeys(f for f in flags if f))
    own.flags = Said(flags)
    comparators = [f for f in flags if f in ("<", ">", "<=", ">=")]
    own.flags.or_by("comparator-before-the-number", [f for f in flags if f not in comparators])
    if comparators and own.value.standard:
        own.value.or_by("comparator-before-the-number", comparators[0] + own.value.standard)
    if own.value.standard is None and flags:
        own.value.or_by("flag-that-is-the-answer", flags[0])
    translated = [c for i in children(element, "interpretationCode") for t in children(i, "translation")
                  for c in [attribute(t, "code")] if c]
    if translated and not flags:
        own.flags.or_by("code-in-the-alternate", translated[:1])
    read_range(element, own, document)
    stated = attribute(child(element, "statusCode"), "code")
    own.status = Said(ACT_STATUS.get(stated))
    for around in element.iterancestors():
        outer = attribute(child(around, "statusCode"), "code")
        if local(around) in ("organizer", "act") and outer:
            if stated is None:
                own.status.or_by("status-of-what-it-stands-in", ACT_STATUS.get(outer))
    own.observed = start(child(element, "effectiveTime"))
    for around in element.iterancestors():
        when = start(child(around, "effectiveTime")) if local(around) in ("organizer", "act", "observation") else Said()
        if own.observed.standard is None and when.standard:
            own.observed.or_by("time-of-what-it-stands-in", when.standard)
            break
    own.collected = collected(element, document)
    return own


def collected(element, document):
    """When the procedure that took the specimen was, the nearest first; else the only one of the document."""
    def taken(procedures):
        times = {start(child(p, "effectiveTime")).standard for p in procedures}
        return times.pop() if len(times) == 1 else None

    for around in element.iterancestors():
        if local(around) in ("organizer", "act", "observation"):
            inner = [p for relation in around for p in relation if local(p) == "procedure"]
            if inner and taken(inner):
                return Said(taken(inner))
    # A procedure in another document than a laboratory's may be any.
    return Said(taken([p for p in document.iter() if local(p) == "procedure"]) if is_laboratory(document) else None)


def pq(element):
    value, unit = attribute(element, "value"), attribute(element, "unit")
    return value, unit


def read_value(value, document, own):
    kind = xsi(value)
    if kind in ("PQ", "REAL", "INT", "MO") or not kind and attribute(value, "unit"):
        number, unit = pq(value)
        own.value, own.unit = Said(number), Said(unit)
        for translation in children(value, "translation"):
            inner = [attribute(translation, "value"), attribute(translation, "unit") or attribute(translation, "code")
                     or words(child(translation, "originalText")) or attribute(translation, "displayName")]
            if number is None:
                own.value.or_by("code-in-the-alternate", inner[0])
                own.unit.or_by("code-in-the-alternate", inner[1])
            elif unit is None:
                own.unit.or_by("code-in-the-alternate", inner[1])
        if number is None:
            own.value.or_by("value-by-its-words", words(value))
    elif kind.startswith("IVL") and "TS" not in kind:
        own.value, own.unit = Said(interval(value)[0]), Said(interval(value)[1])
    elif kind.startswith("RTO"):
        parts = [child(value, part) for part in ("numerator", "denominator")]
        numbers = [attribute(part, "value") if part is not None else None for part in parts]
        own.value = Said(":".join(n for n in numbers if n) or None)
        units = [attribute(part, "unit") if part is not None else None for part in parts]
        own.unit = Said("/".join(u for u in units if u and u != "1") or None)
    elif kind in ("CD", "CE", "CV", "CO", "CS") or not kind and attribute(value, "code"):
        codes, own.words = concept(value, document)
        own.value = Said(codes[0] if codes else own.words[0] if own.words else words(value))
    elif kind in ("TS", "IVL_TS"):
        ends = [attribute(value, "value")] + [attribute(child(value, e), "value") for e in ("low", "center", "high")]
        own.value = Said("/".join(e for e in ends if e) or None)
    else:
        seen = words(value)
        own.value = Said(seen)
        own.unit = Said(attribute(value, "unit"))
        if seen is None or child(value, "reference") is not None:
            own.value.or_by("text-in-the-narrative", narrative(document, value))
        split = re.match(r"^([<>=≤≥]*\s*[\d.]+)\s+(\S*/\S+|%)$", seen or "")
        if split:
            own.value.or_by("number-and-unit-in-one-text", split.group(1).replace(" ", ""))
            own.unit.or_by("number-and-unit-in-one-text", split.group(2))
        if value.get("mediaType") or value.get("representation"):
            own.value.or_by("document-by-type", value.get("mediaType") or "application/octet-stream")
        own.line_of_text = seen
    if own.value.standard is not None and is_filler(own.value.standard):
        own.value.or_none("filler-is-absent")


def interval(element):
    low, high = child(element, "low"), child(element, "high")
    ends = [attribute(e, "value") if e is not None else None for e in (low, high)]
    unit = next((attribute(e, "unit") for e in (low, high) if e is not None and attribute(e, "unit")), None)
    if ends[0] and ends[1]:
        return (ends[0] if ends[0] == ends[1] else f"{ends[0]}-{ends[1]}"), unit
    closed = [e is not None and e.get("inclusive") != "false" for e in (low, high)]
    if ends[0]:
        return (">=" if closed[0] else ">") + ends[0], unit
    if ends[1]:
        return ("<=" if closed[1] else "<") + ends[1], unit
    return None, unit


def read_range(element, own, document):
    texts = []
    for reference in children(element, "referenceRange"):
        inner = child(reference, "observationRange")
        inner = reference if inner is None else inner
        value, said = child(inner, "value"), child(inner, "text")
        limits, unit = (None, None)
        if value is not None:
            limits, unit = interval(value)
            limits = limits or attribute(value, "displayName") or words(value)
        seen = (words(said) or narrative(document, said)) if said is not None else None
        if limits and unit and own.unit.standard and unit != own.unit.standard:
            texts.append((limits + " " + unit, seen))
        texts.append((limits or seen, seen))
    own.ranges = texts
    own.range = Said(texts[0][0] if texts else None)
    for limits, seen in texts:
        own.range.or_by("range-by-its-words", seen)
    for limits, seen in texts[1:]:
        own.range.or_by("range-for-the-person", limits)
    for limits, _ in texts:
        if limits:
            signs = limits.replace(">=", "≥").replace("<=", "≤")
            own.range.or_by("sign-of-comparison", signs)


# The Chinese documents: one datum an observation, each under a code of its own.

FLAGS = {"1": "N", "2": "A", "正常": "N", "异常": "A"}


def chinese(document):
    found = []
    for holder in [e for e in document.iter() if local(e) == "organizer"]:
        current = None
        for element in holder.iter():
            if local(element) != "observation":
                continue
            code, value = attribute(child(element, "code"), "code"), child(element, "value")
            if code == "DE04.30.019.00":
                item = [attribute(value, "code"), words(value), attribute(value, "displayName")]
                current = Result(codes=[c for c in item if c], line=element.sourceline)
                current.of_china = True
                for inner in element.iter():
                    if attribute(child(inner, "code"), "code") == "DE04.50.134.00":
                        current.collected = start(child(inner, "effectiveTime"))
                current.observed = start(child(element, "effectiveTime"))
                found.append(current)
            elif current is not None:
                read_datum(code, value, element, current, document)
    return found


def read_datum(code, value, element, current, document):
    """What stands under one data element's code within an item."""
    seen = words(value)
    if code == "DE04.30.015.00":
        number = text(attribute(value, "value") or seen)
        if number.standard and not is_filler(number.standard):
            # A coded result beside it is the flag alone.
            current.value, current.unit = number, text(attribute(value, "unit"))
            current.words = []
        read_range(element, current, document)
    elif code == "DE04.50.130.00":
        if current.value.standard is None or current.words:
            current.value, current.words = text(seen), []
    elif code == "DE04.30.016.00":
        current.unit = text(seen)
    elif code == "DE04.30.017.00":
        coded, current.words = concept(value, document)
        said = next(iter(coded + current.words), seen)
        flag = FLAGS.get(said) or FLAGS.get(next(iter(current.words), ""))
        current.flags = Said([flag] if flag else [])
        if current.value.standard is None:
            current.value = text(said)
            # 正常 and 异常 say how it is, and not what.
            current.value.or_by("words-for-a-code", next(iter(current.words), None))
