"""Which labels a form asks for, and what is wrong with it: by field, or by the lines of a list."""

from collections.abc import Sequence
from typing import Literal

from flask import request
from msgspec import Struct

from custody.core import ids, label
from custody.core.admission import State
from custody.core.errors import ConfigFault, CustodyError, Malformed
from custody.core.keys import fingerprint
from custody.core.roster import LabelIssuer
from custody.core.trusted import EnrolledKey
from custody.core.words import KINDS, Pair
from custody.ledger import lookup_plans
from custody.lists.labels import MAX_LABELS, Wanted, in_range, read_labels, read_pasted
from custody.lists.table import Faults
from custody.printing.formats import FORMATS
from custody.web.access import viewer
from custody.web.admin import uploads
from custody.web.current import ledger, looking
from custody.web.fault_words import told

Source = Literal["lines", "range", "list", "plan"]
SOURCES: tuple[Source, ...] = ("lines", "range", "list", "plan")


class Issuer(Struct, frozen=True):
    """A label issuer whose labels are good: `name` as people compare it."""

    keyid: str
    name: str
    hosts: list[str]
    ranges: list[str]
    site: str

    @classmethod
    def of(cls, keyid: str, enrolment: LabelIssuer) -> "Issuer":
        return cls(keyid, fingerprint(keyid), enrolment.hosts, enrolment.ranges, enrolment.site)


class Asked(Struct):
    """What a form asks for, as far as it can be read."""

    labels: list[Wanted] = []
    texts: dict[str, str] = {}
    """Signed texts, by item."""
    issuer: Issuer | None = None
    host: str = ""
    format: str = ""
    skip: int = 0
    fields: dict[str, Pair] = {}
    """What is wrong, by field."""
    faults: Faults | None = None
    """What is wrong in a list."""

    @property
    def is_good(self) -> bool:
        return not self.fields and not self.faults


def issuers(state: State) -> list[Issuer]:
    """The label issuers whose key is trusted and which belong under the site of this account, by site."""
    found = [
        Issuer.of(key, known.enrolment)
        for key, known in state.label_issuers()
        if known.revoked is None
        and isinstance(known.enrolment, LabelIssuer)
        and state.within(known.site, viewer().site)
    ]
    return sorted(found, key=lambda one: (one.site, one.keyid))


def read_form() -> Asked:
    """What this request's form for a job asks for."""
    asked, state = _paper(Asked()), ledger().trusted()
    choice, _, host = request.form.get("issuer", "").partition(" ")
    asked.issuer = next((one for one in issuers(state) if one.keyid == choice and host in one.hosts), None)
    asked.host = host
    if asked.issuer is None:
        asked.fields["issuer"] = told(ConfigFault("a label issuer is to be chosen"))
    source = request.form.get("source", "lines")
    asked.faults = Faults(source)
    try:
        asked.labels = _labels(source, asked.faults)
        if asked.issuer is not None:
            _check_ids(asked.labels, asked.issuer, state, asked.faults)
    except CustodyError as error:
        if not asked.faults:
            asked.fields[source] = told(error)
    return asked


def read_texts() -> Asked:
    """The signed labels in the file of this request: each is held against the roster, and one that does not hold is a
    fault of its line.
    """
    asked = _paper(Asked())
    asked.faults = Faults("texts")
    try:
        lines = uploads.read_upload("texts").data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        asked.fields["texts"] = told(Malformed("the file holds no signed labels"))
        return asked
    except CustodyError as error:
        asked.fields["texts"] = told(error)
        return asked
    trusted = list(ledger().trusted().label_issuers())
    found: dict[str, str] = {}
    try:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                _take_text(line.strip(), number, trusted, found, asked.faults)
        if not (found or asked.faults) or len(found) > MAX_LABELS:
            asked.fields["texts"] = told(Malformed("the file holds no signed labels"))
    except Malformed:
        return asked
    asked.texts = found
    asked.labels = [Wanted(item, None, "") for item in found]
    return asked


def as_planned(items: Sequence[str]) -> dict[str, tuple[str | None, str]]:
    """(kind, name of the first destination) of those items that are planned."""
    with looking() as tables:
        plans = lookup_plans.itineraries(tables, items)
        sites = ledger().trusted().sites
        return {
            item: (kind if (kind := plan.planned.kind) in KINDS else None, sites[to].name if to in sites else "")
            for item, plan in plans.items()
            for to in [plan.ways[0].to]
        }


def filled(labels: Sequence[Wanted]) -> list[Wanted]:
    """With kind and place as planned, where the list does not say."""
    planned = as_planned([one.id for one in labels])
    return [
        one._replace(kind=one.kind or kind, place=one.place or place)
        for one in labels
        for kind, place in [planned.get(one.id, (None, ""))]
    ]


def _paper(asked: Asked) -> Asked:
    asked.format = request.form.get("format", "")
    if asked.format not in FORMATS:
        asked.fields["format"] = told(ConfigFault("a format is to be chosen"))
        return asked
    text, most = request.form.get("skip", "").strip() or "0", FORMATS[asked.format].per_page - 1
    if text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= most:
        asked.skip = int(text)
    else:
        asked.fields["skip"] = told(Malformed("that is no whole number", expected=f"0 … {most}", got=text))
    return asked


def _labels(source: str, faults: Faults) -> list[Wanted]:
    form = request.form
    match source:
        case "list":
            found = read_labels(uploads.read_upload("list").data, faults)
        case "range":
            parts = [form.get(name, "").strip() for name in ("prefix", "first", "last")]
            found = [Wanted(item, None, "") for item in in_range(*parts)]
        case "plan":
            found = _planned(form.get("plan", "").strip())
        case _:
            found = read_pasted(form.get("lines", ""), faults)
    if not found:
        raise Malformed("no label is asked for")
    if len(found) > MAX_LABELS:
        raise Malformed("too many labels at once", expected=f"at most {MAX_LABELS}", got=len(found))
    return found


def _planned(site: str) -> list[Wanted]:
    state = ledger().trusted()
    if ids.check_site(site) not in state.sites:
        raise Malformed("this site is not in the roster", got=site)
    if not state.within(site, viewer().site):
        raise _elsewhere(viewer().site, site)
    with looking() as tables:
        return [Wanted(item, None, "") for item, _ in lookup_plans.planned_to(tables, site, MAX_LABELS + 1)]


def _check_ids(labels: Sequence[Wanted], issuer: Issuer, state: State, faults: Faults) -> None:
    """What is planned nowhere yet is the issuer's alone to limit."""
    scope = viewer().site
    for number, one in enumerate(labels, start=1):
        planned = state.planned.get(one.id, ())
        if not one.id.startswith(tuple(issuer.ranges)):
            error = Malformed("the issuer may not sign this id", expected=", ".join(issuer.ranges), got=one.id)
            faults.add(number, error, "id")
        elif planned and not any(state.within(site, scope) for site in planned):
            faults.add(number, _elsewhere(scope, one.id), "id")


def _elsewhere(scope: str | None, got: str) -> Malformed:
    return Malformed("that id belongs elsewhere", expected=f"under {scope}", got=got)


def _take_text(
    text: str, line: int, trusted: Sequence[tuple[str, EnrolledKey]], found: dict[str, str], faults: Faults
) -> None:
    try:
        read = label.parse(text)
    except CustodyError:
        faults.add(line, Malformed("the text is no signed label", got=text))
        return
    verdict = label.judge(read, trusted)
    if verdict != "valid":
        faults.add(line, Malformed(f"label {verdict}", got=read.id))
    elif read.id in found:
        faults.add(line, Malformed("an id is given twice", expected="each id once", got=read.id))
    else:
        found[read.id] = text
