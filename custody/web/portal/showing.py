"""How instants, numbers and ids are written on a page: filters and globals of its templates."""

from datetime import UTC, datetime, timedelta

from babel.dates import format_timedelta
from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from custody.core.words import Pair
from custody.core.zones import ZONES, zone
from custody.moments import MONTHS
from custody.web.access import viewer
from custody.web.current import kept_back
from custody.web.portal.language import LANGUAGES, in_language, language
from custody.web.portal.pages import MINUTE_MS, address, asset
from custody.web.portal.static_files import stylesheet

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def configure(app: Flask) -> None:
    """Gives them to all templates. A name that a template has wrong is an error, not nothing."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        when=when, date=date, day=day, said=said, number=number, address=address, duration=duration
    )
    app.jinja_env.globals.update(
        asset=asset,
        viewer=viewer,
        kept_back=kept_back,
        language=language,
        in_language=in_language,
        stylesheet=stylesheet,
    )


def when(time: int, site: str | None = None, *, day: bool = True) -> Markup:
    """An instant (Unix ms) in the zone of a site (WIB where that says none), as `<time>`."""
    name = (zone(site) if site else None) or "WIB"
    instant = datetime.fromtimestamp(time / 1000, UTC)
    local = instant + timedelta(hours=ZONES[name])
    month = MONTHS[local.month - 1][LANGUAGES.index(language())]
    clock = f"{local.hour:02}{'.' if language() == 'id' else ':'}{local.minute:02}"
    date = f"{local.day} {month} {local.year}, " if day else ""
    iso = instant.replace(tzinfo=None).isoformat(timespec="seconds")
    return Markup(f'<time datetime="{iso}Z">{date}{clock} {name}</time>')  # noqa: S704  # all of it is ours


def date(time: int) -> Markup:
    """The day of an instant (Unix ms) in Jakarta, as `<time>`."""
    return day(f"{datetime.fromtimestamp(time / 1000, UTC) + timedelta(hours=ZONES['WIB']):%Y-%m-%d}")


def day(iso: str) -> Markup:
    """A day, `2029-02-13`, as `<time>`."""
    year, month, of_month = map(int, iso.split("-"))
    name = MONTHS[month - 1][LANGUAGES.index(language())]
    return Markup('<time datetime="{}">{} {} {}</time>').format(iso, of_month, name, year)


def said(pair: Pair) -> str:
    """What stands as (Bahasa Indonesia, English), in the page's language."""
    return pair[LANGUAGES.index(language())]


def duration(ms: int) -> str:
    """How long something takes, in the largest unit of which it is a whole number, at least a second."""
    units = (("day", DAY_MS), ("hour", HOUR_MS), ("minute", MINUTE_MS))
    unit = next((name for name, length in units if ms % length == 0), "second")
    return format_timedelta(timedelta(milliseconds=ms), unit, threshold=float("inf"), locale=language())  # type: ignore[arg-type]


def number(value: int) -> str:
    """A whole number, with the language's separators: as Babel writes it, which takes ten times as long."""
    written = f"{value:,}"
    return written.replace(",", ".") if "," in written and language() == "id" else written
