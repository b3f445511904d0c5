"""How sites, people, keys and findings are told to who asks: the public reads of a handler the role and the site."""

import re

from custody.core import entry, ids, statement
from custody.core.draft import Facts
from custody.core.errors import CustodyError, Malformed, legible
from custody.core.findings import text
from custody.core.head import HANDLER_ID
from custody.core.roster import Handler
from custody.core.statement import Statement
from custody.core.words import KEY_ROLES, ROLES, Pair
from custody.ledger.lookups import Looking
from custody.ledger.views import FindingView
from custody.readable import INSTANTS
from custody.web.access import viewer
from custody.web.current import ledger
from custody.web.people import names_of
from custody.web.portal.language import language
from custody.web.portal.showing import said, when

_KEY = re.compile("[0-9a-f]{64}")
_STRANGER: Pair = ("petugas yang tidak terdaftar", "a handler who is not enrolled")
_STRANGE_KEY: Pair = ("kunci yang belum terdaftar", "a key that is not enrolled")
_OF: Pair = ("{role} dari {site}", "{role} of {site}")


class Told:
    """For one page."""

    def __init__(self, looking: Looking) -> None:
        self.site = looking.name_of

    def person(self, handler: str) -> str:
        """A handler by the present badge; by name or id as well for who may see people."""
        badge = ledger().handler(handler)
        told = said(_STRANGER) if badge is None else self._at(ROLES[badge.role], badge.site)
        return f"{told} ({names_of([handler]).get(handler, handler)})" if viewer().sees_people else told

    def key(self, keyid: str) -> str:
        """An enrolled key by its role and site; of a badge no more, for who may not see people."""
        known = ledger().enrolled(keyid)
        if known is None:
            return said(_STRANGE_KEY)
        if isinstance(known.enrolment, Handler):
            return self.person(known.enrolment.handler)
        role = KEY_ROLES[known.role]
        place = said(role) if known.site is None else self._at(role, known.site)
        return f"{place} ({keyid[:16]}…)"

    def finding(self, one: FindingView) -> str:
        """What it says, with places by name and instants in the zone of the place."""
        shown: Facts = {name: self._fact(name, fact, one.site) for name, fact in one.facts.items()}
        return text(one.code, shown, language())

    def _at(self, role: Pair, site: str) -> str:
        return said(_OF).format(role=said(role).lower(), site=self.site(site))

    def _fact(self, name: str, fact: str | int, site: str | None) -> str | int:
        if isinstance(fact, int):
            return str(when(fact, site).striptags()) if name in INSTANTS else fact
        if HANDLER_ID.fullmatch(fact):
            return self.person(fact)
        if _KEY.fullmatch(fact):
            return self.key(fact)
        try:
            return legible(self.site(ids.check_site(fact)))
        except Malformed:
            return legible(fact)


def read(index: int) -> tuple[Statement | None, int]:
    """(what entry `index`, which there is, holds; when it was received, Unix ms); None: this software is too old."""
    return read_all(index, index + 1)[0]


def read_all(start: int, end: int) -> list[tuple[Statement | None, int]]:
    """The same of the entries from `start` to below `end`, which there are."""
    return [_read(data) for data in ledger().span(start, end)]


def _read(data: bytes) -> tuple[Statement | None, int]:
    envelope, received = entry.decode(data)
    try:
        return statement.parse(envelope), received
    except CustodyError:
        return None, received
