"""Compares what the registry would read of messages with what an independent reader reads (Scripts/read-alike)."""

import collections
import csv
import datetime
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import theirs

HERE = pathlib.Path(__file__).parent
FILLERS = {"", "-", "--", "---", "/", '""', "无", "null", "—", "——", "－", "－－"}
STATUS = {
    "F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "R": "preliminary", "S": "preliminary",
    "A": "preliminary", "I": "registered", "O": "registered", "U": "final", "B": "corrected", "N": "registered",
    "D": None, "W": None, "amended": "corrected", "entered-in-error": "entered-in-error", "partial": "preliminary",
    "appended": "appended",
}


def ours(huren, paths, options):
    """Of each file its messages, as `--explain` tells them."""
    found = collections.defaultdict(list)
    for start in range(0, len(paths), 200):
        command = [huren, "import", "--dry-run", "--explain", "--format", "json", "--db", "/nonexistent/registry.sqlite"]
        run = subprocess.run(command + options + paths[start : start + 200], capture_output=True, text=True)
        if run.returncode not in (0, 2):
            sys.exit(run.stderr)
        for line in run.stdout.splitlines():
            message = json.loads(line)
            found[message["file"]].append(message)
    return found


def results_of(message):
    """The observations of a message of ours, and every other text of it."""
    table, rest = collections.OrderedDict(), []
    for datum in message["data"]:
        match = re.match(r"(report\[\d+\]\.observations\[\d+\])\.(.*)", datum["name"])
        if match:
            table.setdefault(match[1], []).append((match[2], datum["value"]))
        else:
            rest.append((datum["name"], datum["value"]))
    results = []
    for fields in table.values():
        one = dict(fields)
        texts = [v for n, v in fields if n in ("value", "value.display", "value.text", "note")]
        codes = [v for n, v in fields if re.fullmatch(r"(code|translations\[\d+\])(\.display)?", n)]
        flags = [v for n, v in fields if n.startswith("flags")]
        results.append(dict(one, texts=texts, codes=codes, allFlags=flags, taken=False))
    return results, rest


def plain(text):
    """Without what is no difference: forms of characters, white space, escapes of line breaks."""
    text = unicodedata.normalize("NFKC", str(text or "")).replace("\\.br\\", " ").replace("\\X0D\\", " ")
    return " ".join(text.split())


def is_filler(text):
    return plain(text).lower() in FILLERS


def moment(text):
    """A time as minutes where it has them, else as days; nil where it is none."""
    text = re.sub(r"[-:T](?=\d\d)", "", text or "", count=5) if re.match(r"\d{4}-", text or "") else text or ""
    match = re.match(r"(\d{8})(\d{4})?(\d\d)?(?:\.\d+)?([+-]\d{4}|[+-]\d\d:\d\d|Z)?", text)
    if not match:
        return None
    try:
        day = datetime.datetime.strptime(match[1], "%Y%m%d")
    except ValueError:
        return None
    if not match[2]:
        return day.date()
    zone = (match[4] or "+0800").replace(":", "").replace("Z", "+0000")
    offset = int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[3:5]))
    return day + datetime.timedelta(minutes=int(match[2][:2]) * 60 + int(match[2][2:]) - offset)


class Notes:
    """The findings of a message; each explains one difference, of the kind it speaks of."""

    KINDS = {
        "result": {"left-aside", "missing-code", "no-results", "dangling-reference", "older"},
        "value": {"left-aside", "unreadable-number", "unknown-code"},
        "unit": {"left-aside", "unknown-code"},
        "range": {"left-aside"},
        "flags": {"left-aside", "unknown-code"},
        "status": {"unknown-code", "left-aside"},
        "time": {"implausible-time", "unreadable-date"},
        "report number": {"no-results", "left-aside"},
        "patient number": {"invalid-identifier", "left-aside"},
    }

    def __init__(self, notes):
        self.left = [note["code"] for note in notes]

    def of(self, kind):
        for code in self.left:
            if code in self.KINDS[kind]:
                self.left.remove(code)
                return True
        return False


class Comparison:
    def __init__(self, reasons):
        self.reasons, self.explained, self.differences = reasons, collections.Counter(), []
        self.compared = collections.Counter()

    def explain(self, reason):
        assert reason in self.reasons, reason
        self.explained[reason] += 1

    def differ(self, where, field, our, their):
        self.differences.append(f"{where}: {field}: ours {our!r}, theirs {their!r}")

    def message(self, where, our, their):
        results, rest = results_of(our)
        told = Notes(our["notes"])
        texts = plain(" ".join(v for _, v in rest) + " " + " ".join(t for r in results for t in r["texts"]))
        for number, result in enumerate(their.results, 1):
            self.compared["results"] += 1
            self.result(f"{where}, result {number} ({result['code']})", result, results, texts, told)
        numbers = " ".join(v for n, v in rest if re.search(r"number|identities|identifiers|orderNumber", n))
        for kind, sent in (("report number", their.reports), ("patient number", their.patients)):
            for number in filter(None, sent):
                self.compared["numbers"] += 1
                if plain(number) in plain(numbers) or is_filler(number):
                    continue
                if told.of(kind):
                    self.explain("told")
                elif not results and kind == "report number":
                    self.explain("no-results")
                else:
                    self.differ(where, kind, numbers, number)

    def result(self, where, their, every, texts, told):
        code, value = plain(their["code"]), plain(their["value"])
        free = [r for r in every if not r["taken"]]
        alike = [r for r in free if code in map(plain, r["codes"])]
        # A suffix says which part of the report it is (HL7 v2, 7.1.3).
        alike = alike or [r for r in free if code.split("&")[0] in map(plain, r["codes"])]
        same = [r for r in alike if any(value == plain(t) for t in r["texts"])]
        if not same and value and not is_filler(value):
            joined = [r for r in alike if any(value in plain(t) for t in r["texts"])]
            if joined:
                return self.explain("one-text")
        # One resource may be told twice, by itself and within a report.
        if not same and any(r["taken"] and code in map(plain, r["codes"]) and value in map(plain, r["texts"]) for r in every):
            return self.explain("repeated")
        our = (same or alike or [None])[0]
        if our is None:
            return self.absent(where, value, their, texts, told)
        our["taken"] = True
        if not same and not (is_filler(value) and is_filler(our.get("value"))):
            self.value(where, our, their, value, told)
        self.fields(where, our, their, told)

    def absent(self, where, value, their, texts, told):
        if is_filler(value):
            self.explain("filler")
        elif their["kind"] in ("ED", "RP"):
            self.explain("document")
        elif value in texts:
            self.explain("narrative")
        elif told.of("result"):
            self.explain("told")
        else:
            self.differ(where, "result", None, value)

    def value(self, where, our, their, value, told):
        words = [plain(t) for t in our["texts"]]
        if their["kind"] in ("ED", "RP"):
            self.explain("document")
        elif their["kind"] in ("CE", "CWE", "CNE", "CF", "") and any(w and w in value for w in words):
            self.explain("coded")
        elif any(re.sub(r"\W", "", w) == re.sub(r"\W", "", value) for w in words):
            self.explain("signs")
        elif is_filler(value) or moment(value):
            self.explain("filler")
        elif told.of("value"):
            self.explain("told")
        else:
            self.differ(where, "value", our["texts"], value)

    def fields(self, where, our, their, told):
        unit, theirs_unit = plain(our.get("unit")), plain(their["unit"])
        self.compared["fields"] += 5
        if unit != theirs_unit and not is_filler(theirs_unit):
            if unit and (theirs_unit in unit or unit in plain(their.get("wholeUnit"))):
                self.explain("unit-code")
            elif told.of("unit"):
                self.explain("told")
            else:
                self.differ(where, "unit", unit, theirs_unit)
        low_high, theirs_range = (re.sub(r"\s", "", plain(t)) for t in (our.get("referenceRange"), their["range"]))
        if low_high != theirs_range and theirs_range and not is_filler(theirs_range):
            if theirs_range in low_high or re.sub(r"\W", "", theirs_range) == re.sub(r"\W", "", low_high):
                self.explain("range-form")
            elif told.of("range"):
                self.explain("told")
            else:
                self.differ(where, "range", low_high, theirs_range)
        missing = [f for f in map(plain, their["flags"]) if f not in map(plain, our["allFlags"]) and not is_filler(f)]
        if missing:
            self.explain("told") if told.of("flags") else self.differ(where, "flags", our["allFlags"], their["flags"])
        status = STATUS.get(their["status"], their["status"]) if their["status"] else None
        if status and our.get("status") and status != our["status"]:
            if told.of("status"):
                self.explain("told")
            else:
                self.differ(where, "status", our.get("status"), their["status"])
        time, theirs_time = moment(our.get("observed") or ""), moment(their["time"] or "")
        if theirs_time and time != theirs_time:
            day = lambda t: t.date() if isinstance(t, datetime.datetime) else t
            if time is None:
                self.explain("time-elsewhere")
            elif abs((day(time) - day(theirs_time)).days) <= 1 and not isinstance(time, type(theirs_time)):
                self.explain("time-precision")
            elif told.of("time"):
                self.explain("told")
            else:
                self.differ(where, "time", our.get("observed"), their["time"])


def main():
    huren, arguments, options, paths = sys.argv[1], sys.argv[2:], [], []
    while arguments:
        argument = arguments.pop(0)
        if argument in ("--reference", "--from"):
            options += [argument, arguments.pop(0)]
        else:
            path = pathlib.Path(argument)
            paths += [str(path)] if path.is_file() else sorted(str(p) for p in path.rglob("*") if p.is_file())
    with open(HERE / "explained.csv", newline="") as file:
        reasons = {row["reason"]: row["why"] for row in csv.DictReader(file)}
    comparison, refused, files, apart = Comparison(reasons), collections.Counter(), 0, 0
    known = ours(huren, paths, options)
    for path in paths:
        messages = theirs.read(pathlib.Path(path).read_bytes())
        told = [m for m in known.get(path, []) if not m.get("mapping")]
        if not messages:
            continue
        if len(messages) != len(told):
            apart += 1
            continue
        files += 1
        for number, (our, their) in enumerate(zip(told, messages), 1):
            codes = {n["code"] for n in our["notes"]}
            if not our["isAccepted"] and not our["data"]:
                refused[sorted(codes)[0] if codes else "without a reason"] += 1
                continue
            comparison.message(f"{path}, message {number}", our, their)
    for difference in comparison.differences:
        print(difference)
    print(
        f"{files} files, {dict(comparison.compared)}; refused: {dict(refused)}; "
        f"{apart} files not compared: the two find another number of messages in them"
    )
    for reason, count in comparison.explained.most_common():
        print(f"  {count} × {reason}: {reasons[reason]}")
    print(f"{len(comparison.differences)} differences that nothing explains")
    sys.exit(1 if comparison.differences else 0)


main()
