"""Time zones as contracts name them: 'America/New_York', 'New York time', 'Eastern Time', 'UTC'.

Promises names of the time zone database. 'Eastern Standard Time' may or may not mean to have a summer: it is left out.
"""

import re
from functools import cache
from zoneinfo import available_timezones

from billing.contracts.text import fold

COMMON = {"eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
          "pacific": "America/Los_Angeles"}  # fmt: skip
NAMED = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2}\b")
UTC = re.compile(r"\b(?:UTC|GMT|Coordinated Universal Time|Greenwich Mean Time)\b")
LOCAL = re.compile(r"\b(?P<place>(?:[A-Z][a-z]+[ -]){1,3})(?:local |prevailing |clock )?[Tt]ime\b")


def zones(text: str) -> set[str]:
    """The zones that `text` names."""
    folded = fold(text)
    found = {name for name in NAMED.findall(folded) if name in available_timezones()}
    found |= {"UTC"} if UTC.search(folded) else set()
    places = (match["place"].strip().casefold() for match in LOCAL.finditer(folded))
    return found | {zone for place in places if (zone := _zone_of(place))}


def _zone_of(place: str) -> str | None:
    """'in new york' -> America/New_York: the longest ending that is a common name or a city of the database."""
    words = place.split()
    for first in range(len(words)):
        name = " ".join(words[first:])
        if zone := COMMON.get(name) or _cities().get(name):
            return zone
    return None


@cache
def _cities() -> dict[str, str]:
    """City -> zone, for cities that the database has once."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS)
    cities = [(name.rsplit("/", 1)[-1].replace("_", " ").casefold(), name) for name in names]
    once = [city for city, _ in cities]
    return {city: name for city, name in cities if once.count(city) == 1}


REGIONS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
