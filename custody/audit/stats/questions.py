"""The questions that archives answer, each in SQL of ours (docs/stats.md says how each figure is computed).

Integer arithmetic; percentiles by nearest rank. All rows of an answer are sorted, what matters most first.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from custody.audit.stats.database import Laid
from custody.audit.stats.reading import Row
from custody.core.words import SITE_CATEGORIES

Kind = Literal["place", "count", "duration", "per-mille"]
"""What a column's values are: a site's id or a word, a number, milliseconds, parts in a thousand; None for none."""
By = Literal["site", "office", "category"]
"""What sites are put together by: not at all; the nearest office, themselves or above; their category."""


class Column(Struct, frozen=True):
    """A column of an answer: its name in CSV, what its values are, and what people call it ("": only CSV has it)."""

    name: str
    kind: Kind
    id: str
    en: str


class Question(Struct, frozen=True):
    """What is asked, and the SQL that gives a value for each of its columns."""

    id: str
    en: str
    columns: tuple[Column, ...]
    sql: str


_FROM, _TO = Column("from", "place", "Dari", "From"), Column("to", "place", "Ke", "To")
_MEDIAN = Column("median_ms", "duration", "Median", "Median")
_P90 = Column("p90_ms", "duration", "P90", "P90")
_LONGEST = Column("longest_ms", "duration", "Terlama", "Longest")


def _count(name: str, indonesian: str, english: str) -> Column:
    return Column(name, "count", indonesian, english)


_BEGIN = """
create macro nearest(sorted, percent) as sorted[(len(sorted) * percent + 99) // 100];

-- How large a log those tell of that have all of it, and those that have all of what happened at a site.
create table everywhere as select max(size) as size from archives where site is null;
create table there as
select covered.site, max(size) as size from covered join archives using (archive) group by all;

create table visits as
select *, lag(site) over moves as before, lag(happened) over moves as since,
    coalesce(last_value(case
        when action in ('pack', 'commission', 'store') and container is not null then true
        when action in ('unpack', 'handover', 'release', 'accept', 'depart', 'arrive', 'store', 'commission') then false
        end ignore nulls) over (moves rows between unbounded preceding and 1 preceding), false) as inside
from events where action <> 'correct' and not (action = 'discrepancy' and kind = 'missing')
window moves as (partition by item order by happened, entry);
"""

_AREAS = {
    "site": "create table areas as select site, site as area from sites",
    "category": "create table areas as select site, category as area from sites",
    "office": """
create table areas as
with recursive upward as (
    select site, site as area, category, parent, 0 as steps from sites
    union
    select upward.site, sites.site, sites.category, sites.parent, steps + 1
    from upward join sites on sites.site = upward.parent where upward.category <> 'office' and steps < 64
) select site, arg_max(area, steps) as area from upward group by site
""",
}

_LEGS = """
with legs as (
    select before, visits.site, happened - since as took
    from visits join archives using (archive) cross join everywhere left join there on there.site = visits.site
    where before <> visits.site and not inside
        and (everywhere.size >= archives.size or there.size >= archives.size or entry < everywhere.size)
),
named as (
    select coalesce(a.area, before) as "from", coalesce(b.area, legs.site) as "to", list_sort(list(took)) as took
    from legs left join areas a on a.site = before left join areas b on b.site = legs.site group by all
)
select "from", "to", len(took), nearest(took, 50), nearest(took, 90), took[-1] from named
order by 5 desc, 3 desc, 1, 2
"""

_RELEASES = """
with known as (
    select *, last_value(case when action = 'release' then
        {'site': site, 'releaser': releaser, 'receiver': receiver, 'carrier': carrier} end ignore nulls)
        over (partition by item order by happened, entry rows between unbounded preceding and 1 preceding) as released
    from events where action in ('release', 'accept', 'handover', 'store', 'retire')
),
ending as (
    select *, lead(happened) over (partition by item order by happened, entry) as ended,
        lead(entry) over (partition by item order by happened, entry) as ending from known
    where released is null or not coalesce(case action
        when 'accept' then released.receiver <> receiver and released.carrier = receiver
        when 'handover' then releaser <> released.releaser
            and (released.receiver is null or released.receiver <> receiver)
            and contains(signers, ' ' || releaser || ' ') and contains(signers, ' ' || receiver || ' ')
        when 'store' then site <> released.site
        else false end, false)
),
stood as (
    select coalesce(a.area, ending.site) as "from", coalesce(b.area, "to") as "to", ended - happened as took,
        case when ended is null then greatest(last - happened, 0) end as stands
    from ending join archives using (archive) cross join everywhere left join there on there.site = "to"
    left join areas a on a.site = ending.site left join areas b on b.site = "to"
    where action = 'release'
        and (everywhere.size >= archives.size or there.size >= archives.size or ending.ending < everywhere.size)
),
named as (
    select "from", "to", list_sort(list(took) filter (took is not null)) as took, count(stands) as open,
        max(stands) as stands
    from stood group by all
)
select "from", "to", coalesce(len(took), 0), nearest(took, 50), nearest(took, 90), took[-1], open, stands from named
order by greatest(coalesce(took[-1], 0), coalesce(stands, 0)) desc, 1, 2
"""

_ROUTES = """
with named as (
    select coalesce(a.area, "from") as "from", coalesce(b.area, "to") as "to", status, due, delivered
    from deliveries left join areas a on a.site = "from" left join areas b on b.site = "to"
),
counted as (
    select "from", "to", count(*) as planned,
        count(*) filter (status = 'delivered' and delivered <= due) as in_time,
        count(*) filter (status = 'delivered' and delivered > due) as late,
        count(*) filter (status = 'late') as overdue,
        list_sort(list(delivered - due) filter (status = 'delivered' and delivered > due)) as took
    from named group by all
)
select "from", "to", planned, in_time, late, overdue, (late + overdue) * 1000 // planned,
    nearest(took, 50), nearest(took, 90), took[-1]
from counted order by 7 desc, 3 desc, 1 nulls last, 2
"""

_SEALS = """
with checked as (
    select coalesce(before, site) as "from", site as "to", 1 as read, 0 as bad, null as code
    from visits where seals > 0 and action not in ('seal', 'unseal')
),
wrong as (
    select coalesce(before, visits.site, findings.site) as "from", coalesce(visits.site, findings.site) as "to", 0, 1,
        code
    from findings left join visits on visits.entry = findings.evidence and visits.item = findings.item
    where code in ('seal-missing', 'seal-broken', 'seal-differs', 'seal-changed', 'opened-sealed', 'unsealed',
        'too-few-seals')
),
named as (
    select coalesce(a.area, "from") as "from", coalesce(b.area, "to") as "to", read, bad, code
    from (from checked union all from wrong) left join areas a on a.site = "from" left join areas b on b.site = "to"
)
select "from", "to", sum(read)::bigint, sum(bad)::bigint, count(*) filter (code = 'seal-broken'),
    count(*) filter (code = 'seal-missing'), count(*) filter (code in ('seal-differs', 'seal-changed')),
    count(*) filter (code = 'opened-sealed'), count(*) filter (code in ('unsealed', 'too-few-seals'))
from named group by 1, 2 order by 4 desc, 3 desc, 1, 2
"""

QUESTIONS = {
    "legs": Question(
        "Di mana waktu hilang: perjalanan antarlokasi",
        "Where time is lost: legs from site to site",
        (_FROM, _TO, _count("count", "Jumlah", "Count"), _MEDIAN, _P90, _LONGEST),
        _LEGS,
    ),
    "releases": Question(
        "Di mana penyerahan menunggu penerimaan",
        "Where releases wait to be accepted",
        (
            *(_FROM, _TO, _count("count", "Selesai", "Ended"), _MEDIAN, _P90, _LONGEST),
            _count("open", "Terbuka", "Open"),
            Column("open_ms", "duration", "Terbuka terlama", "Longest open"),
        ),
        _RELEASES,
    ),
    "routes": Question(
        "Rute mana yang terlambat dari rencana",
        "Which planned routes are late",
        (
            *(_FROM, _TO, _count("planned", "Rencana", "Planned"), _count("in_time", "", "")),
            *(_count("late", "Terlambat", "Late"), _count("overdue", "Belum tiba", "Overdue")),
            Column("late_per_mille", "per-mille", "Bagian", "Share"),
            *(_MEDIAN, Column("p90_ms", "duration", "", ""), _LONGEST),
        ),
        _ROUTES,
    ),
    "seals": Question(
        "Di mana segel bermasalah",
        "Where seals fail",
        (
            *(_FROM, _TO, _count("read", "Dibaca", "Read"), _count("failed", "Gagal", "Failed")),
            *(_count("broken", "Rusak", "Broken"), _count("missing", "Hilang", "Missing")),
            *(_count("differing", "Beda", "Differing"), _count("opened", "Dibuka", "Opened")),
            _count("lacking", "Kurang", "Lacking"),
        ),
        _SEALS,
    ),
}
"""By the name that asks it."""


class Answer(Struct, frozen=True):
    """`rows` by the question's columns; `names` of the places in them, (Bahasa Indonesia, English), where known."""

    question: Question
    rows: list[Row]
    names: Mapping[str, tuple[str, str]]


class Asking:
    """What was laid together, made ready to be asked: sites of which no archive tells stand by themselves."""

    def __init__(self, laid: Laid, by: By = "site") -> None:
        self._laid = laid
        laid.ask(_BEGIN)
        laid.ask(_AREAS[by])
        self._names: dict[str, tuple[str, str]] = {str(one): said for one, said in SITE_CATEGORIES.items()}
        self._names |= {site: (name, name) for site, name in laid.ask("select site, name from sites")}

    def answer(self, name: str) -> Answer:
        """To the question of this name. Raises Oversize."""
        return Answer(QUESTIONS[name], self._laid.ask(QUESTIONS[name].sql), self._names)
