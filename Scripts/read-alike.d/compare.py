"""Compares what `huren import --dry-run --explain` says of messages with what an independent reader makes of them.

Every difference is printed; those that are right by a rule of explained.csv are only counted. Exit code 1: some are not.
"""
import argparse
import collections
import csv
import json
import os
import re
import subprocess
import sys

import fhir
import files
from model import Said, Unread, moment, tidy

HERE = os.path.dirname(os.path.abspath(__file__))


class Differences:
    def __init__(self):
        with open(os.path.join(HERE, "explained.csv"), encoding="utf-8", newline="") as table:
            self.why = {row["rule"]: row["why"] for row in csv.DictReader(table)}
        self.explained = collections.Counter()
        self.unexplained = []
        self.compared = collections.Counter()
        self.place = None

    def compare(self, where, name, said, ours):
        """One datum."""
        self.compared[name.rsplit(".", 1)[-1]] += 1
        rule = said.rule_for(ours)
        if rule is None:
            return
        self.tell(where, name, ours, said.standard, rule)

    def tell(self, where, name, ours, theirs, rule=False):
        if rule and rule not in self.why:
            raise SystemExit(f"explained.csv has no row for the rule {rule}")
        if rule:
            self.explained[rule] += 1
        else:
            self.unexplained.append((*self.place, *where, name, ours, theirs))
            print("\t".join(printed(part) for part in self.unexplained[-1]))


def printed(part):
    return "—" if part is None else re.sub(r"[\x00-\x1f]", " ", str(part))[:200]


class Ours:
    """What `huren` says of a message."""

    def __init__(self, answer):
        self.answer = answer
        self.line = answer["line"]
        self.notes = answer["notes"]
        self.data = {datum["name"]: datum["value"] for datum in answer["data"]}
        self.reports = []
        for name, value in self.data.items():
            found = re.match(r"report\[(\d+)\]\.(.*)$", name)
            if found:
                index = int(found.group(1)) - 1
                while len(self.reports) <= index:
                    self.reports.append({"data": {}, "results": []})
                self.add(self.reports[index], found.group(2), value)

    def add(self, report, name, value):
        found = re.match(r"observations\[(\d+)\]\.(.*)$", name)
        if not found:
            report["data"][name] = value
            return
        index = int(found.group(1)) - 1
        while len(report["results"]) <= index:
            report["results"].append({})
        report["results"][index][found.group(2)] = value

    @property
    def codes(self):
        return [note["code"] for note in self.notes]


def when(words):
    """A time as `huren` prints it."""
    return moment(words) if words else None


def listed(result, name):
    values = []
    while f"{name}[{len(values) + 1}]" in result:
        values.append(result[f"{name}[{len(values) + 1}]"])
    return values


# Pairs

def pair(theirs, ours, is_pair):
    """The first of ours that is not taken for each of theirs."""
    pairs, taken = {}, set()
    for i, a in enumerate(theirs):
        for j, b in enumerate(ours):
            if j not in taken and is_pair(a, b):
                pairs[i] = j
                taken.add(j)
                break
    return pairs


def has_code(a, b):
    codes = [b.get("code"), b.get("code.display")] + [b.get(f"translations[{n}]") for n in range(1, 6)]
    return any(code in a.codes for code in codes if code)


def has_value(a, b):
    value = tidy(b.get("value"))
    return value == a.value.standard or any(value == reading for _, reading in a.value.others)


def pair_results(theirs, ours):
    pairs = {}

    def further(is_pair):
        left = [i for i in range(len(theirs)) if i not in pairs]
        free = [j for j in range(len(ours)) if j not in pairs.values()]
        found = pair([theirs[i] for i in left], [ours[j] for j in free], is_pair)
        pairs.update({left[i]: free[j] for i, j in found.items()})

    further(lambda a, b: has_code(a, b) and tidy(b.get("value")) == a.value.standard and (b.get("subID") or "") == a.sub)
    further(lambda a, b: has_code(a, b) and tidy(b.get("value")) == a.value.standard)
    further(lambda a, b: has_code(a, b) and has_value(a, b))
    further(has_code)
    return pairs


# Comparison

def compare_results(told, report, groups, where, ours_message):
    ours = [result for group in groups for result in group["results"]]
    theirs = list(report.results)
    join_lines(told, theirs, ours, where)
    pairs = pair_results(theirs, ours)
    for i, result in enumerate(theirs):
        where_result = (*where, result.codes[0] if result.codes else "")
        if i not in pairs:
            lost(told, result, groups, where_result, ours_message)
            continue
        compare_result(told, result, ours[pairs[i]], where_result, groups)
    for j, result in enumerate(ours):
        if j not in pairs.values():
            told.tell((*where, result.get("code")), "result", result.get("value"), None, made(result, report))


def join_lines(told, theirs, ours, where):
    """Lines of one text, each an OBX: told as one where `huren` tells it as one."""
    i = 0
    while i < len(theirs):
        j = i
        while (j + 1 < len(theirs) and theirs[j + 1].line_of_text is not None or
               j + 1 < len(theirs) and theirs[j + 1].value.standard is None) and (
                   theirs[j + 1].codes[:1] == theirs[i].codes[:1] or not theirs[j + 1].codes) and theirs[j + 1].sub in (theirs[i].sub, ""):
            j += 1
        for k in range(i + 1, j + 1):
            if theirs[k].value.standard is None:
                theirs[k].may_lack.append("lines-of-one-text")
        for end in [k for k in range(j, i, -1) if theirs[k].value.standard is not None]:
            for shape in (lambda r: r.line_of_text, lambda r: r.value.standard,
                          lambda r: next((v for n, v in r.value.others if n == "text-is-whole"), r.value.standard)):
                whole = tidy("\n".join(str(shape(r) or "") for r in theirs[i:end + 1]))
                if any(tidy(o.get("value")) == whole or tidy(o.get("value.text")) == whole for o in ours) and theirs[i].line_of_text is not None:
                    merged = theirs[i]
                    merged.value = Said(whole)
                    for rest in theirs[i + 1:end + 1]:
                        told.tell(where, "value", whole, None, "lines-of-one-text")
                        merged.flags.or_by("lines-of-one-text", list(dict.fromkeys(merged.flags.standard + rest.flags.standard)))
                    del theirs[i + 1:end + 1]
                    break
            else:
                continue
            break
        i += 1


def lost(told, result, groups, where, message):
    """A result that `huren` does not tell as one."""
    value = result.line_of_text or result.value.standard
    texts = "\n".join(group["data"].get(name) or "" for group in groups for name in ("impression", "findings"))
    if value is not None and tidy(str(value)) and tidy(str(value)) in texts:
        return told.tell(where, "result", "in the findings", value, "text-of-the-report")
    studies = [value for group in groups for name, value in group["data"].items() if name.startswith("studies")]
    if value is not None and any(study and study in str(value) for study in studies):
        return told.tell(where, "result", "a study", value, "names-a-study")
    marked = [note["line"] for note in message.notes]
    for rule in result.may_lack:
        return told.tell(where, "result", None, value, rule)
    if value is None and result.line_of_text is None and result.line in marked:
        return told.tell(where, "result", None, value, "told-by-a-finding")
    notes = [v for group in groups for r in group["results"] for n, v in r.items() if n == "note"]
    if value is not None and any(str(value) in note for note in notes):
        return told.tell(where, "result", "a note", value, "text-of-the-report")
    told.tell(where, "result", None, value)


def made(result, report):
    """Why there may be a result that the independent reader has none for."""
    narrative = getattr(report, "narrative", None)
    if narrative and re.sub(r"\s+", "", result.get("value") or "—") in narrative:
        return "text-of-the-narrative"
    if "isolate" in result and result.get("value") == result.get("isolate"):
        return "organism-of-a-group"
    return False


def compare_result(told, theirs, ours, where, groups):
    value = ours.get("value")
    words = theirs.words
    if getattr(theirs, "several", 0) and value and "\n" in value:
        told.tell(where, "value", value, theirs.value.standard, "several-values")
    elif value is not None and theirs.value.rule_for(value) is False and "value.display" not in ours and "; " not in value and words and value in words:
        told.tell(where, "value", value, theirs.value.standard, "words-for-a-code")
    else:
        told.compare(where, "value", theirs.value, value)
    if words and "value.display" in ours:
        shown = [ours.get("value.display"), ours.get("value.text"), ours.get("note")]
        for word in words:
            if any(s and tidy(word) in tidy(s) for s in shown):
                continue
            is_case = any(s and word.lower() in s.lower() for s in shown)
            told.tell(where, "value.words", ours.get("value.display"), word, "words-but-for-case" if is_case else False)
    compare_code(told, theirs, ours, where)
    told.compare(where, "unit", theirs.unit, ours.get("unit"))
    compare_range(told, theirs, ours, where)
    told.compare(where, "flags", theirs.flags, listed(ours, "flags"))
    if getattr(theirs, "of_china", False):
        pass
    else:
        told.compare(where, "status", theirs.status, ours.get("status"))
        told.compare(where, "removed", Said("yes" if theirs.is_removed else None), ours.get("removed"))
    told.compare(where, "observed", theirs.observed, when(ours.get("observed")))
    told.compare(where, "collected", theirs.collected, when(ours.get("collected")))


def compare_code(told, theirs, ours, where):
    said = Said(theirs.codes[0] if theirs.codes else None)
    for code in theirs.codes[1:]:
        said.or_by("code-in-the-alternate" if "&" not in theirs.codes[0] else "suffix-of-a-part", code)
    told.compare(where, "code", said, ours.get("code"))


def compare_range(told, theirs, ours, where):
    said = ours.get("referenceRange")
    rule = theirs.range.rule_for(said)
    if rule is False and hasattr(theirs, "ranges") and theirs.ranges and len(theirs.ranges[0]) == 4:
        rule = fhir.range_rule(theirs, said)
    told.compared["range"] += 1
    if rule is not None:
        told.tell(where, "range", said, theirs.range.standard, rule)


def compare_report(told, theirs, groups, message, ours_message):
    number = groups[0]["data"].get("number")
    where = (number,)
    data = groups[0]["data"]
    told.compare((*where, ""), "report.status", theirs.status, data.get("status"))
    told.compare((*where, ""), "report.reported", theirs.reported, when(data.get("reported")))
    told.compare((*where, ""), "report.performed", theirs.performed, when(data.get("performed")))
    compare_patient(told, theirs, groups[0], where)
    compare_results(told, theirs, groups, where, ours_message)


def compare_patient(told, theirs, group, where):
    ours = []
    for name, value in group["data"].items():
        if re.match(r"patient\.identifiers\[\d+\]$", name):
            ours.append(value.split(" ", 1)[1])
    told.compared["patient"] += 1
    for value, rule in theirs.patient.items():
        if value not in ours and rule is None:
            told.tell((*where, ""), "patient.number", None, value)
        elif value not in ours and rule in ("number-of-no-person", "number-expired"):
            told.tell((*where, ""), "patient.number", None, value, rule)
    if theirs.patient and not ours and "patient.name" not in group["data"]:
        told.tell((*where, ""), "patient", None, next(iter(theirs.patient)))
    for value in ours:
        if value not in theirs.patient:
            told.tell((*where, ""), "patient.number", value, None)
        elif theirs.patient[value]:
            told.tell((*where, ""), "patient.number", value, None, theirs.patient[value])


def compare_message(told, theirs, ours):
    nowhere = ("", "")
    told.compare(nowhere, "message.id", theirs.identifier, ours.data.get("message.id"))
    told.compare(nowhere, "message.time", theirs.time, when(ours.data.get("message.time")))
    merge_orders(told, theirs, ours)
    free = list(range(len(ours.reports)))
    for report in theirs.reports:
        found = next((i for i in free if is_same(report, ours.reports[i], True)), None)
        found = found if found is not None else next((i for i in free if is_same(report, ours.reports[i], False)), None)
        if found is None:
            told.tell((report.numbers[0] if report.numbers else "", ""), "report", None, ", ".join(report.orders[:1]))
            continue
        free.remove(found)
        compare_report(told, report, [ours.reports[found]], theirs, ours)
    for index in free:
        data = ours.reports[index]["data"]
        told.tell((data.get("number"), ""), "report", data.get("orderCode"), None)


def is_same(theirs, ours, with_order):
    number = ours["data"].get("number")
    if number not in theirs.numbers and theirs.numbers != ["*"]:
        return False
    return not with_order or not theirs.orders or ours["data"].get("orderCode") in theirs.orders


def merge_orders(told, theirs, ours):
    """Orders of one number and code are one report."""
    kept = []
    for report in theirs.reports:
        known = next((k for k in kept if len(ours.reports) < len(theirs.reports) and k.numbers[:1] == report.numbers[:1]
                      and report.numbers and (set(k.orders) & set(report.orders) or not report.orders)), None)
        if known is None:
            kept.append(report)
            continue
        told.tell((report.numbers[0], ""), "report", "one", ", ".join(report.orders[:1]), "orders-of-one-report")
        for name in ("status", "reported", "performed"):
            getattr(known, name).or_by("orders-of-one-report", getattr(report, name).standard)
        known.results += report.results
    theirs.reports = kept


def is_refusal(told, theirs, ours):
    """Whether a refusal is right by what this reader sees."""
    codes = set(ours.codes)
    if isinstance(theirs, Unread) or theirs is None or theirs.is_empty:
        return "nothing-to-read"
    if codes & theirs.refusals:
        return "refused-with-reason"
    if "implausible-time" in codes and theirs.time.standard not in (None, "unreadable"):
        return "message-from-the-future"
    if "unknown-sender" in codes and len(ours.data):
        return None
    return False


def compare_file(told, label, theirs, ours):
    told.place = (label, "")
    if len(theirs) != len(ours):
        # What is no message at all may be told by `huren`, and not be found here.
        if not theirs and not any(o.answer["isAccepted"] for o in ours):
            told.explained["nothing-to-read"] += len(ours)
            return
        told.tell(("", ""), "messages", len(ours), len(theirs))
        return
    for theirs_message, ours_message in zip(theirs, ours):
        told.place = (label, ours_message.line)
        if "repaired-markup" in ours_message.codes and isinstance(theirs_message, files.Broken):
            told.explained["repaired-markup"] += 1
            theirs_message = theirs_message.repaired() or theirs_message
        if ours_message.answer.get("mapping"):
            told.explained["by-a-mapping"] += 1
            continue
        if not ours_message.data:
            rule = is_refusal(told, theirs_message, ours_message)
            told.tell(("", ""), "accepted", ",".join(ours_message.codes[:2]), "a message with results" if rule is False else None, rule)
        elif not ours_message.answer["isAccepted"] and not isinstance(theirs_message, Unread) and (
                set(ours_message.codes) & theirs_message.refusals):
            told.explained["refused-with-reason"] += 1
        elif isinstance(theirs_message, Unread):
            told.tell(("", ""), "accepted", ours_message.answer.get("dialect"), str(theirs_message))
        else:
            told.compared["messages"] += 1
            compare_message(told, theirs_message, ours_message)


def main():
    parser = argparse.ArgumentParser(prog="Scripts/read-alike", description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--reference", help="a reference folder, for mappings and senders")
    parser.add_argument("--from", dest="institution", help="whose feed it is, for messages that do not say")
    parser.add_argument("--huren", required=True, help="the binary")
    parser.add_argument("--answers", help="what it said, in a file, instead of asking it")
    options = parser.parse_args()
    answers = collections.defaultdict(list)
    for line in answered(options):
        ours = Ours(json.loads(line))
        answers[ours.answer["file"]].append(ours)
    told = Differences()
    seen = set()
    for path in files.walk(options.paths):
        for label, data in files.entries(path):
            seen.add(label)
            compare_file(told, label, files.messages(data), answers.get(label, []))
    for label in answers.keys() - seen:
        told.place = (label, "")
        told.tell(("", ""), "messages", len(answers[label]), None)
    report(told)
    sys.exit(1 if told.unexplained else 0)


def answered(options):
    if options.answers:
        return open(options.answers, encoding="utf-8").read().splitlines()
    # A registry that cannot be there: what is loaded in one of this folder is not asked.
    command = [options.huren, "import", "--dry-run", "--explain", "--format", "json", "--db", os.devnull + "/none"]
    command += ["--reference", options.reference] if options.reference else []
    command += ["--from", options.institution] if options.institution else []
    done = subprocess.run(command + options.paths, stdout=subprocess.PIPE, encoding="utf-8")
    if done.returncode not in (0, 2):
        raise SystemExit(f"huren ended with {done.returncode}")
    return done.stdout.splitlines()


def report(told):
    total = sum(told.compared.values()) - told.compared["messages"]
    print(f"{told.compared['messages']} messages, {total} data compared: {len(told.unexplained)} differences, "
          f"{sum(told.explained.values())} more that are right by a rule", file=sys.stderr)
    for rule, count in sorted(told.explained.items()):
        print(f"{count:7} {rule}: {told.why[rule]}", file=sys.stderr)


if __name__ == "__main__":
    main()
