"""How it works, what is proved and what is not, the keys, and how to verify without this server."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

import segno
from flask import Response
from markupsafe import Markup
from msgspec import Struct

from custody.core.keys import fingerprint, keyid
from custody.core.note import Verifier
from custody.core.particulars import rules_in_force
from custody.core.policy import DEFAULT, Stated
from custody.core.words import KEY_ROLES
from custody.ledger.lookups import Looking
from custody.web.access import anyone, readers
from custody.web.current import kept_back, ledger
from custody.web.portal.pages import area, page
from custody.web.portal.stated import Shown, shown
from custody.web.portal.told import Told

about = area("about")

LOCAL = 10
"""Policies of single sites that are shown."""


@about.get("/about")
@readers
def front() -> Response:
    """What anybody should know before they believe a page of this server."""

    def look(tables: Looking) -> Mapping[str, object]:
        keys, told = _keys(), Told(tables)
        return {
            **keys,
            "told": told,
            "qr": _qr(f"{keys['vkey']}\n{keys['entry0']}"),
            "enrolled": ledger().enrolled_as("root", "authority", "auditor", "advisor"),
            "fingerprint_of": fingerprint,
            "key_roles": KEY_ROLES,
            **_policies(told),
            "read_access": ledger().config.read_access,
        }

    return page("about.html", look, kept_back(), ledger().status().size)


@about.get("/about/auditor.toml")
@anyone
def auditor() -> Response:
    """An auditor's settings, with the keys as this server says them: to be compared."""
    keys = _keys()
    text = (
        "# Compare both with what was printed: the server that is checked has given them.\n"
        f'vkey = "{keys["vkey"]}"\nentry0 = "{keys["entry0"]}"\nurl = "https://{keys["origin"]}"\n'
    )
    response = Response(text, content_type="application/toml")
    response.headers["Content-Disposition"] = "attachment; filename=auditor.toml"
    return response


class _InForce(Struct, frozen=True):
    """The policy at a site and below (None: wherever no nearer one says otherwise): its rules, and its statement, if it
    is not the default.
    """

    site: str | None
    stated: Stated | None
    rows: list[Shown]


def _policies(told: Told) -> dict[str, object]:
    now, later = ledger().disclosed.policies()
    everywhere = next((one for one in now if one.site is None), None)
    local = [one for one in now if one.site is not None]
    first = everywhere.rules if everywhere is not None else DEFAULT
    return {
        "policies": [
            _InForce(None, everywhere, shown(told, rules_in_force(first))),
            *(_InForce(one.site, one, shown(told, rules_in_force(one.rules))) for one in local[:LOCAL]),
        ],
        "more_policies": max(len(local) - LOCAL, 0),
        "later": later[:LOCAL],
    }


def _keys() -> dict[str, str]:
    verifier = Verifier(ledger().vkey)
    return {
        "vkey": verifier.vkey,
        "entry0": sha256(ledger().entry(0) or b"").hexdigest(),
        "origin": verifier.name,
        "fingerprint": fingerprint(keyid(verifier.public)),
    }


@lru_cache(maxsize=4)
def _qr(text: str) -> Markup:
    """Drawn by segno, of keys: nothing in it is anybody's text."""
    drawn = BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, dark="#14202b", light="#ffffff"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704
