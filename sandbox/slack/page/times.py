"""How moments are written: message times, day dividers and Slack's `<!date…>` tokens.

Promises: pure functions of a moment and a zone, in the words Slack uses. Leaves out: what the time is now.
"""

import re
from datetime import date, datetime, timedelta, tzinfo


def moment(ts: str | float, zone: tzinfo) -> datetime:
    """A Slack timestamp (seconds since 1970, as 'sec.micro') in the given zone."""
    return datetime.fromtimestamp(float(ts), zone)


def time_of_day(when: datetime) -> str:
    """'8:55 AM'."""
    return f"{when.hour % 12 or 12}:{when:%M %p}"


def ordinal(number: int) -> str:
    """'1st', '2nd', '13th'."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def long_day(day: date) -> str:
    """'Thursday, November 13th'."""
    return f"{day:%A, %B} {ordinal(day.day)}"


def day_label(day: date, today: date) -> str:
    """The words on a day divider: Today, Yesterday, or the long day with its year when that differs."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return long_day(day) if day.year == today.year else f"{long_day(day)}, {day.year}"


def exact(when: datetime) -> str:
    """'Thu, Nov 13, 2025 at 8:55:07 AM', for a tooltip."""
    return f"{when:%a, %b} {when.day}, {when.year} at {when.hour % 12 or 12}:{when:%M:%S %p}"


def last_reply(when: datetime, now: datetime) -> str:
    """'5 minutes ago', 'today at 8:55 AM', 'Nov 13th at 8:55 AM'."""
    minutes = int((now - when).total_seconds() // 60)
    if 0 <= minutes < 60:
        return "just now" if not minutes else f"{minutes} minute{'s' * (minutes != 1)} ago"
    day = "today" if when.date() == now.date() else f"{when:%b} {ordinal(when.day)}"
    return f"{day} at {time_of_day(when)}"


def fill_tokens(template: str, when: datetime) -> str:
    """Slack's date tokens ({date_short}, {time}, …) filled in; unknown ones stay as they are."""
    short, long = f"{when:%b} {when.day}, {when.year}", f"{long_day(when.date())}, {when.year}"
    tokens = {
        "date_num": f"{when:%Y-%m-%d}",
        "date_slash": f"{when:%m/%d/%Y}",
        "time": time_of_day(when),
        "time_secs": f"{when.hour % 12 or 12}:{when:%M:%S %p}",
        "date_long_full": long,
        "date": f"{when:%B} {ordinal(when.day)}, {when.year}",
        "day_divider_pretty": long,
        "date_short": short,
        "date_short_pretty": short,
        "date_long": long,
        "date_long_pretty": long,
        "date_pretty": f"{when:%B} {ordinal(when.day)}, {when.year}",
    }
    return re.sub(r"\{(\w+)\}", lambda found: tokens.get(found[1], found[0]), template)
