"""Label jobs: which labels somebody wants to have, for the machine where a label issuer's key is.

What prepares a job is not trusted: the machine that has the key shows what it is asked to sign.
"""

from collections import Counter
from typing import Annotated

from msgspec import Meta

from custody.core import ids
from custody.core.canonical import Codec
from custody.core.errors import ConfigFault, Malformed
from custody.core.head import VERSION, Hash, IdText, Record
from custody.core.roster import Host
from custody.lists.labels import MAX_LABELS, MAX_PLACE, check_kind, check_place
from custody.printing.formats import named

SUFFIX = ".custody-labels.json"


class Label(Record, frozen=True, kw_only=True):
    """`kind` is one of `KINDS`, `place` is where the item belongs, for people; "" for none."""

    id: IdText
    kind: Annotated[str, Meta(max_length=32)] = ""
    place: Annotated[str, Meta(max_length=MAX_PLACE)] = ""


class LabelJob(Record, frozen=True, kw_only=True):
    """`issuer` is the keyid that is to sign; `skip` places of the first sheet are used already."""

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    issuer: Hash
    host: Host
    format: str
    skip: Annotated[int, Meta(ge=0, le=1000)] = 0
    labels: Annotated[list[Label], Meta(min_length=1, max_length=MAX_LABELS)]


_codec = Codec[LabelJob](LabelJob, 8 * 2**20, "a label job")


def encode(job: LabelJob) -> bytes:
    """The one encoding of a job (`*.custody-labels.json`). Raises Oversize."""
    return _codec.encode(job)


def decode(data: bytes) -> LabelJob:
    """Inverse of `encode`, for a job that can be printed. Raises ConfigFault, Malformed, Oversize."""
    job = _codec.decode(data)
    check_items([one.id for one in job.labels])
    named(job.format)
    for one in job.labels:
        check_kind(one.kind)
        check_place(one.place)
    return job


def check_items(items: list[str]) -> None:
    """Raises ConfigFault for none, Malformed for what is no item's id, or comes twice: no two boxes bear one id."""
    if not items:
        raise ConfigFault("there is nothing to print", expected="ids of items")
    for item in items:
        ids.check_item(item)
    twice = [item for item, times in Counter(items).items() if times > 1]
    if twice:
        raise Malformed("an id is given twice", expected="each id once", got=", ".join(twice))
