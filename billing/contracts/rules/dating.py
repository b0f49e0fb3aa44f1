"""When: the first and last day, the length of the term, its renewal, and the time zone that months follow.

Promises dates that words beside them explain; a date of signature, of a quotation or of a notice is none of these.
"""

import re

from billing.contracts.amounts import MONTHS
from billing.contracts.dates import dates
from billing.contracts.reading import Dates, Said, Stated
from billing.contracts.rules.parties import AMENDED
from billing.contracts.rules.passages import Passage, has, stated
from billing.contracts.zones import zones

STARTS = re.compile(
    r"\b(?:(?:effective|start|commencement|amendment) (?:date|time)|takes? effect|with effect"
    r"|effective|in force|commenc\w+"
    r"|begin(?:s|ning)?|starts?|starting)\b(?: (?:as of|on|from|at|of))*(?:[^.;()]|[ap]\.m\.){0,40}$",
    re.IGNORECASE,
)
ENDS = re.compile(r"\b(?:to|until|through|ending|ends|expir(?:es|ing))(?: on| at| and including)*\s*$", re.IGNORECASE)
SPAN = re.compile(r"\b(?:term|from|period)\b[^.;]{0,60}$", re.IGNORECASE)
MADE = re.compile(r"\b(?:entered into|made|dated)\b[^.;()]{0,30}\bas of\b(?: this)?\s*$", re.IGNORECASE)
GOES_ON = re.compile(
    r"\b(?:automatically renews?|renews? automatically|(?:then|it) renews|shall (?:automatically )?renew"
    r"|from year to year)\b",
    re.IGNORECASE,
)
OTHER = r"\b(?:commit\w*|prepa\w+|quotation|proposal|talks|notice|repays?|insurance|signed by|option)\b"
TERM = (
    r"\bterm\b|\bin force\b|\btakes? effect\b|\b(?:this|the) (?:order|agreement|contract|letter)[^.;]{0,20}\b(?:ends"
    r"|expires)\b"
)
CLOCK = (
    r"\b(?:calls?|minutes?|usage|midnight|measured|time zone|calendar months?|billing (?:period"
    r"|month)s?|takes effect)\b"
)
OFFICE = r"\b(?:support|business hours|office|help ?desk|opening|notices?)\b"
DEFINITION = r"^(?:\W*\w\W+)?[\"'][\w ]+[\"'] means\b"


def read_dates(passages: list[Passage], amending: bool) -> Dates:
    starts: list[Said] = []
    made: list[Said] = []
    ends: list[Said] = []
    for passage in passages:
        for _, words in dates(passage.text):
            place = passage.text.find(words)
            before, after = passage.text[:place], passage.text[place + len(words) :]
            said = passage.said(words, place, place + len(words))
            if (
                (amending and AMENDED.search(before))
                or has(OTHER, before + after[:40])
                or has(DEFINITION, passage.text)
            ):
                continue
            if ENDS.search(before):
                ends += [said] if has(TERM, passage.text) else []
            elif STARTS.search(before) or (SPAN.search(before) and has(r"^,?\s*(?:to|until|through|-)\s", after)):
                starts.append(said)
            elif MADE.search(before):
                made.append(said)
    return Dates(
        effective=stated(starts or made, "no date is named as the first day"),
        ends=stated(ends, "no last day is stated"),
        length=read_length(passages),
        renews=read_renewal(passages),
    )


def read_length(passages: list[Passage]) -> Stated:
    said = [
        passage.said(found[0], *found.span())
        for passage in passages
        if has(r"\bterm\b|\bcontinues? for\b|\bperiod of\b", passage.text)
        and not has(r"\brenew|\bnotice\b|\bextend|\bexpir|\bterminat", passage.text)
        for found in MONTHS.finditer(passage.text)
        if has(r"\b(?:term|for|of)\b[^.;]{0,25}$|^$", passage.text[: found.start()])
    ]
    return stated(said, "no length of the term is stated")


def read_renewal(passages: list[Passage]) -> Stated:
    """Words by which the term goes on unless somebody ends it."""
    said = [
        passage.said(found[0], *found.span())
        for passage in passages
        if (found := GOES_ON.search(passage.text)) and not has(r"\b(?:not|no|never)\b[^.;]{0,20}\brenew", passage.text)
    ]
    return stated(said, "no automatic renewal is stated")


def read_time_zone(passages: list[Passage]) -> Stated:
    said = [
        passage.said(zone, (found.start() if (found := re.search(r"\btime\b", passage.text)) else 0))
        for passage in passages
        if has(CLOCK, passage.text) and not has(OFFICE, passage.text)
        for zone in sorted(zones(passage.text))
    ]
    return stated(said, "no time zone is stated")
