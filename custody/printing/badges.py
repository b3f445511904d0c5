"""A handler's badge: a card of ID-1 size (ISO/IEC 7810) to cut out of A4 and fold, the secret code on its back."""

from pathlib import Path

from msgspec import Struct

from custody.core.head import HandlerRole
from custody.core.words import ROLES
from custody.typesetting import qr_code, typeset


class BadgeSpec(Struct, frozen=True, kw_only=True):
    """`text` is what core.badge.encode gives: with the PIN it is the handler's key, so the PDF is as secret as it."""

    text: str
    handler: str
    role: HandlerRole
    origin: str
    site: str
    site_name: str


def badge_page(badge: BadgeSpec) -> bytes:
    """A PDF page with both sides of the badge. Raises ConfigFault when the words do not fit on the card."""
    return typeset(
        Path(__file__).with_name("badge.typ"),
        {
            "code": qr_code(badge.text).svg,
            "handler": badge.handler,
            "role": ROLES[badge.role],
            "origin": badge.origin,
            "site": badge.site,
            "site_name": badge.site_name,
        },
    )
