"""Posts CDS Hooks requests to a running service and checks every answer. See Scripts/cds-conformance."""
import argparse
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "Samples" / "cds-hooks"
CORPUS = pathlib.Path(os.environ.get("HUREN_CDS_CORPUS", ROOT.parent / "shared" / "corpora" / "cds-hooks"))
HOOKS = ["order-select", "order-sign", "patient-view"]


class Checker:
    def __init__(self, url, institution):
        self.url = url.rstrip("/")
        self.headers = {"Content-Type": "application/json"}
        if os.environ.get("HUREN_TOKEN"):
            self.headers["Authorization"] = "Bearer " + os.environ["HUREN_TOKEN"]
        if institution:
            self.headers["Huren-Institution"] = institution
        self.schema = json.loads((SAMPLES / "answers.schema.json").read_text(encoding="utf-8"))
        self.asked = self.cards = 0
        self.problems = []
        self.uuids = []

    def send(self, path, body=None):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=self.headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Content-Type", ""), error.read()

    def check(self, name, path, body, definition, expected):
        """Asks, and holds the answer to its definition; an error to the error's."""
        self.asked += 1
        status, kind, text = self.send(path, body)
        if status not in expected:
            self.problems.append(f"{name}: {path} answered {status}, not {' or '.join(map(str, expected))}: {text[:200]!r}")
            return None
        if not kind.startswith("application/json"):
            self.problems.append(f"{name}: {path} answered {kind or 'without a type'}")
        try:
            answer = json.loads(text)
        except ValueError as error:
            self.problems.append(f"{name}: {path} answered no JSON: {error}")
            return None
        schema = {"$ref": "#/$defs/" + (definition if status == 200 else "error"), "$defs": self.schema["$defs"]}
        for error in jsonschema.Draft202012Validator(schema).iter_errors(answer):
            self.problems.append(f"{name}: {path}: {error.json_path}: {error.message[:200]}")
        if status == 200 and definition == "response":
            self.cards += len(answer["cards"])
            self.uuids += [card["uuid"] for card in answer["cards"] if "uuid" in card]
            for card in answer["cards"]:
                if len(card["summary"].encode("utf-16-le")) // 2 >= 140:
                    self.problems.append(f"{name}: a summary of 140 characters or more, as browsers count")
        return answer


def requests_of(path):
    """What a file of the corpus can be posted as: (hook, body, whether it is a whole request)."""
    value = json.loads(path.read_text(encoding="utf-8"))
    named = next((hook for hook in HOOKS if path.name.startswith(hook)), None)
    if named and "hook" not in value:
        whole = {"hook": named, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", **value}
        yield named, whole, True
    yield from ((hook, value, False) for hook in HOOKS)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--institution")
    parser.add_argument("--cards", type=int, default=0, help="how many cards there must be at least")
    options = parser.parse_args()
    checker = Checker(options.url, options.institution)

    discovery = checker.check("discovery", "/cds-services", None, "discovery", [200]) or {"services": []}
    services = {service["hook"]: service["id"] for service in discovery["services"]}
    for hook in HOOKS:
        if hook not in services:
            checker.problems.append(f"discovery names no service at {hook}")
    for path in sorted((SAMPLES / "requests").glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        checker.check(path.name, "/cds-services/" + services[body["hook"]], body, "response", [200])
    checker.check("unknown service", "/cds-services/no-such-service", {}, "response", [404])

    if CORPUS.is_dir():
        for path in sorted(CORPUS.glob("*.json")):
            for hook, body, is_whole in requests_of(path):
                service = "/cds-services/" + services[hook]
                checker.check(path.name, service, body, "response", [200] if is_whole else [200, 400])
                checker.check(path.name, service + "/feedback", body, "feedbackAnswer", [200, 400])
    else:
        print(f"skipped what the specification prints: there is no {CORPUS}", file=sys.stderr)

    sign = "/cds-services/" + services["order-sign"] + "/feedback"
    for uuid in checker.uuids[:1]:
        entry = {"card": uuid, "outcome": "overridden", "outcomeTimestamp": "2026-05-20T01:10:00Z"}
        checker.check("feedback", sign, {"feedback": [entry]}, "feedbackAnswer", [200])
    if checker.cards < options.cards:
        checker.problems.append(f"{checker.cards} cards, fewer than {options.cards}")
    for problem in checker.problems:
        print(problem)
    print(f"{checker.asked} requests, {checker.cards} cards, {len(checker.problems)} problems", file=sys.stderr)
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
