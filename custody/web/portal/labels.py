"""What the link on a label shows that opened an item's page: whether somebody who may issued it."""

from collections.abc import Callable, Collection
from typing import Literal

from custody.core import ids, label
from custody.core.admission import EnrolledKey
from custody.core.errors import Malformed
from custody.core.event import LabelVerdict
from custody.core.roster import LabelIssuer

Verdict = LabelVerdict | Literal["damaged"]
Issuers = Collection[tuple[str, EnrolledKey]]

_BEST: tuple[Verdict, ...] = ("valid", "out-of-range", "foreign-host", "unknown-issuer", "forged", "damaged")


def label_verdict(item: str, query: str, host: str, label_issuers: Callable[[], Issuers]) -> Verdict:
    """`query` as the link had it. Its signature covers the host as well, which may be another than was asked:
    so the issuers' hosts are tried too.
    """
    if "k=" not in query and "s=" not in query:
        return "unsigned"
    hosts, issuers = [host], label_issuers()
    for _, known in issuers:
        if isinstance(known.enrolment, LabelIssuer):
            hosts += known.enrolment.hosts
    found = {_verdict(item, query, each, issuers) for each in dict.fromkeys(hosts)}
    return next(one for one in _BEST if one in found)


def _verdict(item: str, query: str, host: str, issuers: Issuers) -> Verdict:
    try:
        read = label.parse(f"{ids.digital_link(item, host)}?{query}")
    except Malformed:
        return "damaged"
    return "damaged" if read.signature is None else label.judge(read, issuers)
