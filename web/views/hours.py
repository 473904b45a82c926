"""Opening hours in words, as far as they are simple; a calendar is not computed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Final

from babel import Locale

from kaart.domain.catalogue import Schedule
from kaart.texts import render

_DAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}


def opening_hours(schedules: Iterable[Schedule], language: str) -> tuple[str, ...]:
    """A line per schedule: ``maandag, dinsdag: 9:00–12:00``; what the source wrote where the rule is not weekly."""
    lines = (_line(schedule, language) for schedule in schedules if not schedule.closed)
    return tuple(line for line in lines if line)


def _line(schedule: Schedule, language: str) -> str:
    days = _weekdays(schedule.rrule)
    if not days or schedule.opens_at is None or schedule.closes_at is None:
        return schedule.original
    names = Locale.parse(language).days["stand-alone"]["wide"]
    key = "web.hours.appointment" if schedule.by_appointment else "web.hours.open"
    return render(
        key,
        language,
        days=", ".join(names[each] for each in days),
        opens=_clock(schedule.opens_at),
        closes=_clock(schedule.closes_at),
    )


def _weekdays(rrule: str) -> tuple[int, ...]:
    """The days of a rule that says no more than "every week on these days" (RFC 5545); none for any other."""
    parts = dict(part.split("=", 1) for part in rrule.removeprefix("RRULE:").split(";") if "=" in part)
    if parts.pop("FREQ", "") != "WEEKLY" or parts.pop("INTERVAL", "1") != "1" or set(parts) != {"BYDAY"}:
        return ()
    codes = parts["BYDAY"].split(",")
    return tuple(sorted(_DAYS[code] for code in codes)) if set(codes) <= set(_DAYS) else ()


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"
