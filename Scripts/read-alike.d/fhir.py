"""FHIR R4 (and what STU3 and R5 name otherwise): JSON with the decimals as text, XML with lxml, both as one tree.

A node is a dictionary from a child's name to the list of its nodes; a primitive is its text.
"""
import base64
import re

from model import Message, Report, Result, Said, is_filler, moment, time

NAMESPACE = "http://hl7.org/fhir"
ROOTS = {"Bundle", "DiagnosticReport", "Observation", "Parameters", "Patient"}
UCUM = {"http://unitsofmeasure.org", "https://unitsofmeasure.org", "http://unitsofmeasure.org/", "urn:oid:2.16.840.1.113883.6.8"}
STATUS = {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "entered-in-error"}


def of_json(value):
    if isinstance(value, dict):
        return {name: [of_json(item) for item in (inner if isinstance(inner, list) else [inner])]
                for name, inner in value.items() if not name.startswith("_") and inner is not None}
    return value if isinstance(value, str) else "true" if value is True else "false" if value is False else str(value)


def of_xml(element):
    name = element.tag.rsplit("}", 1)[-1]
    node = {}
    for child in element:
        if not isinstance(child.tag, str) or child.tag.endswith("}div"):
            continue
        inner = child.tag.rsplit("}", 1)[-1]
        if inner in ("resource", "contained"):
            node.setdefault(inner, []).extend(of_xml(resource) for resource in child if isinstance(resource.tag, str))
        elif child.get("value") is not None:
            node.setdefault(inner, []).append(child.get("value"))
        elif len(child):
            node.setdefault(inner, []).append(of_xml(child))
    if name[:1].isupper():
        node["resourceType"] = [name]
    if element.get("url"):
        node["url"] = [element.get("url")]
    node["line"] = element.sourceline
    return node


def one(node, *path):
    for name in path:
        if not isinstance(node, dict) or not node.get(name):
            return None
        node = node[name][0]
    return node


def word(node, *path):
    found = one(node, *path)
    return found if isinstance(found, str) and not is_filler(found) else None


def every(node, name):
    return node.get(name, []) if isinstance(node, dict) else []


def choice(node, prefix):
    return next(((name, items[0]) for name, items in node.items()
                 if name.startswith(prefix) and name[len(prefix):][:1].isupper() and isinstance(items, list)), (None, None))


def codes_of(concept):
    """Codes, displays and text of a CodeableConcept, a Coding or a CodeableReference."""
    if not isinstance(concept, dict):
        return [], []
    concept = one(concept, "concept") or concept
    codings = every(concept, "coding") or ([concept] if "code" in concept or "display" in concept else [])
    codes = [code for coding in codings for code in [word(coding, "code")] if code]
    words = [w for w in [word(concept, "text")] + [word(coding, "display") for coding in codings] if w]
    return codes, words


class Bundle:
    """The resources of a message by their addresses."""

    def __init__(self, root):
        self.all, self.by_address = [], {}
        self.add(root, None, None, None)

    def add(self, resource, address, container, bundle):
        kind = word(resource, "resourceType")
        entry = {"node": resource, "type": kind, "container": container, "address": address, "bundle": bundle}
        if kind in ("Bundle", "Parameters"):
            entry["container"] = None
            for part in every(resource, "entry") + every(resource, "parameter"):
                for inner in every(part, "resource"):
                    self.add(inner, word(part, "fullUrl"), None, resource)
            if bundle is None:
                self.root = resource
        else:
            self.all.append(entry)
        identifier = word(resource, "id")
        keys = [address] if address else []
        keys += [f"{kind}/{identifier}"] if identifier else []
        if container is not None:
            keys = [(id(container), "#" + (identifier or ""))]
        for key in keys:
            self.by_address.setdefault(key, []).append(entry)
            if isinstance(key, str) and "/" in key and key.startswith("http"):
                self.by_address.setdefault("/".join(key.split("/")[-2:]), []).append(entry)
        for inner in every(resource, "contained"):
            self.add(inner, None, resource, bundle)

    def find(self, reference, around):
        """The resources that a reference can mean."""
        address = word(reference, "reference")
        if address is None:
            return []
        address = address.split("/_history/")[0]
        container = around["container"] if around["container"] is not None else around["node"]
        found = self.by_address.get((id(container), address)) if address.startswith("#") else self.by_address.get(address)
        near = [entry for entry in found or [] if entry["bundle"] is around["bundle"]]
        found = near or found
        if not found and "?" in address:
            kind, value = address.split("?")[0], address.split("=")[-1].split("|")[-1]
            found = [e for e in self.all if e["type"] == kind and value in
                     [word(i, "value") for i in every(e["node"], "identifier")]]
        if not found and address.startswith("http"):
            found = self.by_address.get("/".join(address.split("/")[-2:]))
        unique = []
        for entry in found or []:
            if entry not in unique:
                unique.append(entry)
        return unique


def read(root):
    message = Message()
    bundle = Bundle(root)
    composition = next((e["node"] for e in bundle.all if e["type"] == "Composition"), {})
    stated = [word(root, "timestamp"), word(root, "meta", "lastUpdated"), word(composition, "date")]
    message.time = time(next(filter(None, stated), None))
    if message.time.rule_for(None) is not False:
        # The time of the only resource, or the newest of those within.
        message.time = Said(moment(word(root, "issued")) or "a time from within")
        for inner in times_within(root):
            message.time.or_by("time-from-within", moment(inner))
    is_bundle = word(root, "resourceType") == "Bundle"
    message.identifier = Said(word(root, "identifier", "value") if is_bundle else None)
    if message.identifier.standard is None and is_bundle:
        message.identifier.or_by("id-for-a-number", word(root, "id"))
        for header in bundle.all:
            if header["type"] == "MessageHeader":
                message.identifier.or_by("id-for-a-number", word(header["node"], "id"))
    reports = [entry for entry in bundle.all if entry["type"] == "DiagnosticReport"]
    observations = [entry for entry in bundle.all if entry["type"] == "Observation"]
    reached = []
    for entry in reports:
        reading = Reading(bundle, entry)
        message.reports.append(reading.report())
        reached += reading.reached
    # A panel stands before its members, and each is told once.
    free = [entry for entry in observations if not any(entry is known for known in reached)]
    members = [found for entry in free for reference in members_of(entry["node"]) for found in bundle.find(reference, entry)]
    for entry in free:
        if any(entry is member for member in members) or entry["container"] is not None:
            continue
        reading = Reading(bundle, entry)
        message.reports.append(reading.report())
    if not reports and not observations:
        message.is_empty = True
        message.refusals |= {"missing-report-number", "unknown-dialect", "missing-patient", "missing-source"}
    tags = [word(tag, "code") for entry in bundle.all + [{"node": root}] for tag in every(one(entry["node"], "meta"), "tag")
            + every(one(entry["node"], "meta"), "security")]
    if "HTEST" in tags:
        message.refusals.add("test-message")
    if not any(moment(t) for t in times_within(root)):
        message.refusals.add("missing-message-time")
    subjects = [subject for entry in reports + observations for subject in
                every(entry["node"], "subject") + every(entry["node"], "patient")]
    if not any(word(s, "reference") or word(s, "identifier", "value") for s in subjects):
        message.refusals.add("missing-patient")
    if any(word(f, "reference") for entry in observations for f in every(entry["node"], "focus")):
        message.refusals.add("missing-patient")
    of_number = {}
    for report, entry in zip(message.reports, reports):
        of_number.setdefault(report.numbers[0], set()).add(word(entry["node"], "subject", "reference"))
    if any(len(people) > 1 for people in of_number.values()):
        message.refusals.add("conflicting-patient")
    if not all(re.search("Patient|urn:|#", word(s, "reference") or "") for s in subjects) or not subjects:
        message.refusals.add("missing-patient")
    return message


def times_within(node):
    if isinstance(node, dict):
        for name, items in node.items():
            if isinstance(items, list):
                for item in items:
                    if isinstance(item, str) and re.search("(issued|lastUpdated|timestamp|effective.*|start|end|collected.*|authoredOn|date)$", name):
                        yield item
                    else:
                        yield from times_within(item)


def members_of(observation):
    return every(observation, "hasMember") + [
        target for related in every(observation, "related") if word(related, "type") == "has-member"
        for target in every(related, "target")]


class Reading:
    """One DiagnosticReport, or an Observation that stands by itself."""

    def __init__(self, bundle, entry):
        self.bundle, self.entry, self.node = bundle, entry, entry["node"]
        self.reached = []
        self.results = []

    def report(self):
        node = self.node
        kind, identifier = self.entry["type"], word(node, "id")
        numbers = [word(i, "value") for i in every(node, "identifier")]
        numbers += [f"{kind}/{identifier}"] if identifier else []
        numbers += [self.entry["address"], "/".join((self.entry["address"] or "").split("/")[-2:])]
        report = Report(numbers=[n for n in numbers if n])
        if not report.numbers:
            report.numbers = ["*"]
        report.orders = sum(codes_of(one(node, "code")), [])
        report.status = status(node).or_by("no-status-of-a-document", "final")
        report.reported = time(word(node, "issued"))
        report.performed = start(node)
        report.patient = self.patient()
        if kind == "Observation":
            self.add(self.entry)
        else:
            for reference in every(node, "result"):
                for found in self.bundle.find(reference, self.entry):
                    self.add(found)
            for inner in self.bundle.all:
                if inner["container"] is node and inner["type"] == "Observation":
                    self.add(inner)
        report.results = self.results
        return report

    def patient(self):
        numbers = {}
        subject = one(self.node, "subject") or one(self.node, "patient")
        if subject is None:
            return numbers
        found = [e for e in self.bundle.find(subject, self.entry) if e["type"] == "Patient"]
        for entry in found[:1]:
            for identifier in every(entry["node"], "identifier"):
                value = word(identifier, "value")
                if value is None:
                    continue
                numbers[value] = None
                types, _ = codes_of(one(identifier, "type"))
                period = moment(word(identifier, "period", "end"))
                if word(identifier, "use") == "old" or period:
                    numbers[value] = "number-expired"
                elif not word(identifier, "system") or set(types) & {"AN", "VN", "DL", "PLAC", "FILL", "FI", "NPI", "ACSN"}:
                    numbers[value] = "number-of-no-person"
            local = word(entry["node"], "id")
            if local:
                numbers.setdefault("Patient/" + local, "reference-for-a-number")
        address = word(subject, "reference")
        if address:
            numbers.setdefault(address, "reference-for-a-number")
            numbers.setdefault("/".join(address.split("/")[-2:]), "reference-for-a-number")
            numbers.setdefault(address.split("=")[-1].split("|")[-1], "reference-for-a-number")
        logical = word(subject, "identifier", "value")
        if logical:
            numbers[logical] = "reference-for-a-number" if found else None
        return numbers

    def add(self, entry):
        if any(entry is known for known in self.reached) or entry["type"] != "Observation":
            return
        self.reached.append(entry)
        node = entry["node"]
        components = every(node, "component")
        members = [found for reference in members_of(node) for found in self.bundle.find(reference, entry)]
        own = result(node)
        own.status = status(node) if entry is not self.entry else status(node).or_by("no-status-of-a-document", "final")
        own.observed = start(node)
        self.collect(entry, own)
        if (components or members_of(node) or every(node, "related")) and own.value.standard is None:
            own.may_lack.append("group-without-value")
        subject = word(node, "subject", "reference")
        if subject and word(self.node, "subject", "reference") and subject != word(self.node, "subject", "reference"):
            own.may_lack.append("of-another-patient")
        self.results.append(own)
        for component in components:
            part = result(component)
            part.status, part.observed, part.collected = own.status, own.observed, own.collected
            part.may_lack += own.may_lack[:] if "of-another-patient" in own.may_lack else []
            self.results.append(part)
        for member in members:
            self.add(member)

    def collect(self, entry, own):
        specimens = every(entry["node"], "specimen") or (
            every(self.node, "specimen") if len(every(self.node, "specimen")) == 1 else [])
        for reference in specimens:
            for found in self.bundle.find(reference, entry):
                collection = one(found["node"], "collection")
                if collection:
                    _, when = choice(collection, "collected")
                    own.collected = period(when)
                    return


def period(when):
    if isinstance(when, str):
        return time(when)
    if isinstance(when, dict):
        return time(word(when, "start") or word(when, "event") or word(when, "end"))
    return Said()


def start(node):
    _, when = choice(node, "effective")
    return period(when)


def status(node):
    stated = word(node, "status")
    said = Said(stated)
    if stated == "modified":
        said.or_by("status-of-another-release", "amended")
    elif stated not in STATUS and stated is not None:
        said.or_by("unknown-status", "unknown")
    if "modifierExtension" in node or any(word(t, "code") == "SUBSETTED" for t in every(one(node, "meta"), "tag")):
        said.or_by("status-made-doubtful", "unknown")
    return said


def quantity(node):
    value = word(node, "value")
    return None if value is None else (word(node, "comparator") or "") + value


def unit_of(node):
    code = word(node, "code")
    if code and word(node, "system") in UCUM:
        return code
    return word(node, "unit") or code


def result(node):
    codes, words = codes_of(one(node, "code"))
    own = Result(codes=codes + words, line=node.get("line", 0))
    if not own.codes:
        own.may_lack.append("no-code")
    name, value = choice(node, "value")
    if name is None:
        for extension in every(node, "extension"):
            if (word(extension, "url") or "").endswith("Observation.value"):
                name, value = choice(extension, "value")
    if name is not None:
        read_value(name, value, own)
    flags = []
    any_words = []
    for concept in every(node, "interpretation"):
        these, texts = codes_of(concept)
        flags += [code for code in these if code not in flags]
        any_words += texts
    own.flags = Said(flags)
    standard = [word(coding, "code") for concept in every(node, "interpretation") for coding in every(concept, "coding")
                if re.search("(ObservationInterpretation|0078|observation-interpretation)$", word(coding, "system") or "")]
    own.flags.or_by("flag-of-HL7-before-others", list(dict.fromkeys(filter(None, standard))))
    if not flags or all(len(flag) > 3 for flag in flags):
        own.flags.or_by("flag-by-its-words", list(dict.fromkeys(any_words)))
        own.flags.or_by("flag-by-its-words", [])
    read_ranges(node, own)
    return own


def read_value(name, value, own):
    kind = name[5:]
    if kind in ("Quantity", "Age", "Duration", "Money", "Count", "SimpleQuantity"):
        own.value, own.unit = Said(quantity(value)), Said(unit_of(value) if quantity(value) else None)
    elif kind in ("CodeableConcept", "Coding"):
        codes, own.words = codes_of(value)
        own.value = Said(codes[0] if codes else own.words[0] if own.words else None)
        own.line_of_text = own.words[0] if own.words else None
    elif kind in ("String", "Integer", "Boolean", "Markdown", "Integer64", "Decimal"):
        own.value = Said(value)
        own.line_of_text = value
        split = re.match(r"^\s*([<>=≤≥]*\s*[\d.]+)\s*([^\d\s].*)$", value)
        if split:
            own.value.or_by("number-and-unit-in-one-text", split.group(1).replace(" ", ""))
            own.unit.or_by("number-and-unit-in-one-text", split.group(2))
        if is_filler(value) and value.strip() not in "-－—–":
            own.value.or_none("filler-is-absent")
    elif kind == "Range":
        own.value, own.unit = Said(bounds(value)), Said(unit_of(one(value, "low") or one(value, "high") or {}))
    elif kind == "Ratio":
        parts = [one(value, part) or {} for part in ("numerator", "denominator")]
        numbers = [quantity(part) for part in parts]
        units = [unit_of(part) for part in parts]
        joined = ":".join(filter(None, numbers))
        own.value = Said(joined or None)
        own.unit = Said("/".join(filter(None, units)) or None)
        if numbers[1] and re.match(r"1(\.0*)?$", numbers[1]) and units[1]:
            own.value.or_by("ratio-over-one", numbers[0])
        if units[1] and not units[0]:
            own.unit.or_by("ratio-over-one", "1/" + units[1])
    elif kind == "Period":
        ends = [word(value, "start"), word(value, "end")]
        own.value = Said("/".join(end or ".." for end in ends))
    elif kind == "SampledData":
        own.value = Said("SampledData")
    elif kind == "Attachment":
        own.value = Said(word(value, "url") or word(value, "contentType"))
        if (word(value, "contentType") or "").startswith("text/") and word(value, "data"):
            own.value.or_by("text-is-whole", base64.b64decode(word(value, "data")).decode("utf-8", "replace"))
    elif kind == "Reference":
        own.value = Said(word(value, "display") or word(value, "reference"))
    else:
        own.value = Said(value if isinstance(value, str) else None)


def bounds(node):
    low, high = (one(node, end) or {} for end in ("low", "high"))
    low, high = quantity(low), quantity(high)
    return f"{low}-{high}" if low and high else f"≥{low}" if low else f"≤{high}" if high else None


def read_ranges(node, own):
    ranges = every(node, "referenceRange")
    texts = []
    for one_range in ranges:
        limits = bounds(one_range)
        words = word(one_range, "text") or next(iter(sum(reversed(codes_of(one(one_range, "normalValue"))), [])), None)
        bound = one(one_range, "low") or one(one_range, "high") or {}
        texts.append((limits or words, unit_of(bound), words, one_range))
    own.range = Said(texts[0][0] if texts else None)
    if texts:
        own.range.or_by("range-by-its-words", texts[0][2])
    for limits, unit, _, _ in texts:
        if limits and unit and unit != own.unit.standard:
            own.range.or_by("range-in-another-unit", f"{limits} {unit}")
    own.ranges = texts


def range_rule(own, ours):
    """Of several ranges the one for the person; where nobody can tell, all of them."""
    texts = getattr(own, "ranges", [])
    said = [limits for limits, _, _, _ in texts if limits]
    conditioned = [r for _, _, _, r in texts if "appliesTo" in r or "age" in r or "type" in r]
    if ours is None:
        return "range-for-another" if conditioned and len(conditioned) == len(texts) else False
    if ours in said and len(said) > 1:
        return "range-for-the-person"
    if all(re.sub(r"^.*?: ", "", part) in said or re.sub(r" [^ ]+$", "", re.sub(r"^.*?: ", "", part)) in said
           for part in ours.split("; ")) and (len(said) > 1 or conditioned):
        return "range-for-whom"
    return False
