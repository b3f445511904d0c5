"""Draft files: what stands in one is a statement's body and nothing of its head; each with one fault is refused."""

import json
from typing import Any

import pytest

from custody.core import prepared, roster
from custody.core.errors import CustodyError, Malformed, NewerFormat, Oversize
from custody.core.head import Head
from custody.core.prepared import DraftFile, complete, without_head
from custody.core.roster import Root, Site
from tests.core.statements import LOG, head, key
from tests.core.test_roster import GOOD

HEAD = head(key("authority"), 1, None)
BODIES = {kind.__name__: kind(**HEAD, **members) for kind, members in GOOD.items() if kind is not Root}
SITE = {"category": "office", "kind": "site", "name": "KPU", "site": "414/9521234567899"}


def draft(**changes: Any) -> bytes:
    members = {"log": LOG, "statements": [SITE], "v": 1} | changes
    return json.dumps(members, separators=(",", ":"), sort_keys=True).encode()


def test_a_draft_file_is_read_as_it_was_written() -> None:
    everything = [found for body in BODIES.values() if (found := without_head(body))]
    file = DraftFile(v=1, log=LOG, statements=everything)
    assert len(everything) == len(roster.KINDS) - 1
    assert prepared.decode_file(prepared.encode_file(file)) == file
    assert prepared.decode_file(draft()).statements[0] == prepared.prepare("site", SITE)


@pytest.mark.parametrize("name", BODIES)
def test_what_is_prepared_says_what_the_statement_says_but_for_its_head(name: str) -> None:
    one = without_head(BODIES[name])
    assert one is not None
    assert not set(Head.__struct_fields__) & set(one.__struct_fields__)
    assert prepared.decode(prepared.encode(one)) == one
    assert roster.decode(roster.encode(complete(one, HEAD))) == BODIES[name]


@pytest.mark.parametrize(
    ("changed", "error", "named"),
    [
        ({"statements": [SITE | {"seq": 7}]}, Malformed, "seq"),
        ({"statements": [SITE | {"prev": None}]}, Malformed, "prev"),
        ({"statements": [SITE | {"issuer": "0" * 64}]}, Malformed, "issuer"),
        ({"statements": [SITE | {"remark": "sign quickly"}]}, Malformed, "remark"),
        ({"statements": [SITE | {"name": "KPU\n"}]}, Malformed, "name"),
        ({"statements": [SITE | {"kind": "root"}]}, Malformed, "root"),
        ({"statements": [{"kind": "site"}]}, Malformed, "site"),
        ({"statements": []}, Malformed, "length"),
        ({"statements": [SITE] * (prepared.MAX_STATEMENTS + 1)}, Malformed, "length"),
        ({"index": 7}, Malformed, "index"),
        ({"log": "Ledger Example"}, Malformed, "log"),
        ({"v": 2}, NewerFormat, "newer"),
    ],
)
def test_a_draft_file_with_one_fault_is_refused(changed: dict[str, Any], error: type[CustodyError], named: str) -> None:
    with pytest.raises(error, match=named):
        prepared.decode_file(draft(**changed))


def test_a_draft_file_in_another_encoding_or_too_long_is_refused() -> None:
    for data in (draft() + b"\n", draft().replace(b":", b": "), b"", b"\xff", b'{"a":' * 9999):
        with pytest.raises(Malformed):
            prepared.decode_file(data)
    with pytest.raises(Oversize):
        prepared.decode_file(b" " * (prepared.MAX_BYTES + 1))


def test_a_statement_is_known_again_by_what_it_says_whoever_signs_it() -> None:
    one, other = (Site(**head(key(name), 9, "0" * 64), **GOOD[Site]) for name in ("one", "other"))
    digests = {prepared.digest(found) for body in (one, other) if (found := without_head(body))}
    assert len(digests) == 1
    assert digests != {prepared.digest(prepared.prepare("site", SITE))}
    assert without_head(Root(**HEAD, **GOOD[Root])) is None


def test_what_the_types_of_a_kind_do_not_allow_is_not_prepared() -> None:
    with pytest.raises(Malformed, match="category"):
        prepared.prepare("site", SITE | {"category": "castle"})
    with pytest.raises(Malformed, match="root"):
        prepared.prepare("root", {"keys": [], "threshold": 1})
