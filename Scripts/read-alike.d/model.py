"""What a message says, as this reader sees it: each datum with the reading of the standard first.

A datum is a `Said`: what the standard makes of it, and further readings, each under the name of the rule of explained.csv by which it is
right as well. What is compared is equal to one of them, or it is a difference.
"""
import datetime
import re
from dataclasses import dataclass, field

FILLERS = {"", "-", "/", "--", "---", '""', "无", "－", "—", "——", "－－"}


def tidy(text):
    """Without the white space around it; line breaks as one sign, and no blanks before them."""
    if text is None:
        return None
    text = re.sub(r"[ \t]*(\r\n|\r|\n)", "\n", text)
    return text.strip() or None


def is_filler(text):
    return text is None or text.strip() in FILLERS or text.strip().lower() == "null"


class Said:
    """The readings of one datum: the standard's, then (rule, reading) for each that is right by a rule."""

    def __init__(self, standard=None):
        self.standard = tidy(standard) if isinstance(standard, str) else standard
        self.others = []

    def or_by(self, rule, reading):
        """A further reading, where there is one."""
        reading = tidy(reading) if isinstance(reading, str) else reading
        if reading is not None and reading != self.standard and (rule, reading) not in self.others:
            self.others.append((rule, reading))
        return self

    def or_none(self, rule):
        """That there is none."""
        if self.standard is not None:
            self.others.append((rule, None))
        return self

    def rule_for(self, ours):
        """None: alike; a rule's name: explained; False: a difference."""
        ours = tidy(ours) if isinstance(ours, str) else ours
        if ours == self.standard:
            return None
        return next((rule for rule, reading in self.others if reading == ours), False)


def text(words):
    """A datum whose filler says that there is none."""
    said = Said(words)
    return said.or_none("filler-is-absent") if is_filler(words) else said


# Times: milliseconds since 1970, or the day where no more is known.

CHINA = datetime.timezone(datetime.timedelta(hours=8))
HL7_TIME = re.compile(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})?(\d{2})?(?:\.(\d{1,4}))?)?)?)?([+-]\d{4})?$")
ISO_TIME = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$")


def moment(words):
    """A day (`2026-05-20`) or an instant; `unreadable` for what is neither."""
    words = (words or "").strip()
    if not words:
        return None
    found = HL7_TIME.match(words) or ISO_TIME.match(words)
    if not found:
        return "unreadable"
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        if hour is None:
            date = datetime.date(int(year), int(month or 1), int(day or 1))
            return date.isoformat() if day else "unreadable"
        millis = int(((fraction or "") + "000")[:3])
        when = datetime.datetime(
            int(year), int(month), int(day), int(hour), int(minute or 0), min(int(second or 0), 59),
            millis * 1000, tzinfo=offset(zone))
        when += datetime.timedelta(seconds=1 if second == "60" else 0)
        return round(when.timestamp() * 1000)
    except (ValueError, OverflowError):
        return "unreadable"


def offset(zone):
    if zone is None:
        return CHINA
    if zone == "Z":
        return datetime.timezone.utc
    digits = zone[1:].replace(":", "")
    delta = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-delta if zone[0] == "-" else delta)


def year_of(when):
    if isinstance(when, str):
        return int(when[:4])
    return 1970 + when / (365.2425 * 86_400_000)


def time(words):
    """A time; what cannot be meant (0001, 1900-01-01, 9999, zeros) may be none, and so may what is no time."""
    when = moment(words)
    said = Said(when)
    if when is None:
        return said
    if when == "unreadable":
        return Said(None) if not re.search("[1-9]", words) or is_filler(words) else said.or_none("no-time")
    if year_of(when) < 1901 or year_of(when) > 2200:
        said.or_none("placeholder-time")
    return said


@dataclass
class Result:
    codes: list
    value: Said = field(default_factory=Said)
    # Of a coded value its words, where it has any.
    words: list = field(default_factory=list)
    unit: Said = field(default_factory=Said)
    range: Said = field(default_factory=Said)
    flags: Said = field(default_factory=lambda: Said([]))
    status: Said = field(default_factory=Said)
    observed: Said = field(default_factory=Said)
    collected: Said = field(default_factory=Said)
    is_removed: bool = False
    sub: str = ""
    # Where it stands in the file.
    line: int = 0
    # A text of which it may be one line.
    line_of_text: str = None
    # Why it may be no result of its own, each a rule.
    may_lack: list = field(default_factory=list)


@dataclass
class Report:
    numbers: list
    orders: list = field(default_factory=list)
    status: Said = field(default_factory=Said)
    reported: Said = field(default_factory=Said)
    performed: Said = field(default_factory=Said)
    # Values, and of some the rule by which they count or not.
    patient: dict = field(default_factory=dict)
    results: list = field(default_factory=list)


@dataclass
class Message:
    identifier: Said = field(default_factory=Said)
    time: Said = field(default_factory=Said)
    reports: list = field(default_factory=list)
    # Why it may be refused, by the codes that `huren` gives for it.
    refusals: set = field(default_factory=set)
    # It holds no result that anybody would miss.
    is_empty: bool = False


class Unread(Exception):
    """This reader can make nothing of it."""
