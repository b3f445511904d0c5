"""The words for faults of a log."""

import re
from collections.abc import Callable, Iterator

import pytest

from custody.audit.fault_texts import AUDIT_TEXTS
from custody.audit.fault_words import FAULTS, indonesian, told
from custody.audit.format_fault_texts import FORMAT_TEXTS
from custody.audit.result import Fault
from custody.core import entry, event, note, statement
from custody.core.errors import CustodyError
from tests.audit.raised import ROOT, Raised, constants_in, raised_in

OF_NO_LOG = {
    *("wrong-pin", "quota-exceeded", "unnamed", "erased", "unavailable", "config-fault"),
    *("unknown-code", "used-code", "expired-code", "token-needed", "not-public-yet"),
    *("out-of-reach", "own-account"),
}
"""Told to who sends, asks or sets something up; none is a fault of what was recorded."""
NOT_AUDITED = {
    *("badge", "base45", "carried", "command", "held_receipt", "jpeg", "label", "photograph"),
    *("read_token", "snapshot", "fault_texts", "format_fault_texts"),
}
"""Modules that judge what no auditor reads, or hold the texts themselves."""
HANDED_ON = {
    "custody/audit/archive/write.py": "the name of the folder or a report that was ordered",
    "custody/audit/resumption.py": "what its caller raises",
    "custody/core/merkle.py": "what its callers say, which are looked at",
}
"""Where a message is another's."""
WORDS = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}|^[a-z]{4,}$")
MODULES = sorted(
    path
    for path in [*(ROOT / "custody/core").glob("*.py"), *(ROOT / "custody/audit").rglob("*.py")]
    if path.stem not in NOT_AUDITED
)


def kinds(of: type[CustodyError]) -> Iterator[str]:
    for one in of.__subclasses__():
        if one.__module__ == CustodyError.__module__:
            yield one.kind
        yield from kinds(one)


@pytest.fixture(scope="module")
def raised() -> list[Raised]:
    return [one for path in [*MODULES, ROOT / "custody/photographs.py"] for one in raised_in(path)]


def test_each_fault_that_a_log_may_have_is_named_in_both_languages() -> None:
    assert set(kinds(CustodyError)) - OF_NO_LOG == set(FAULTS)
    assert all(indonesian != english for indonesian, english in FAULTS.values())


def test_whatever_is_said_of_a_fault_is_said_in_bahasa_indonesia_too(raised: list[Raised]) -> None:
    assert len(raised) > 500
    untold = [
        one
        for one in raised
        if one.part in ("message", "expected", "got", "remedy")
        and one.text is not None
        and (one.part == "message" or WORDS.search(one.text))
        and indonesian(one.text) == one.text
    ]
    assert untold == []


def test_no_message_is_put_together_where_no_test_sees_it(raised: list[Raised]) -> None:
    unseen = {one.where.partition(":")[0] for one in raised if one.part == "message" and one.text is None}
    assert unseen == set(HANDED_ON)


def test_no_text_is_kept_that_nothing_says_any_more() -> None:
    said = {text for path in [*MODULES, ROOT / "custody/photographs.py"] for text in constants_in(path)}
    pieces = {piece for text in FORMAT_TEXTS | AUDIT_TEXTS for piece in re.split(r"\{#?\}", text) if len(piece) > 4}
    assert {piece for piece in pieces if not any(piece in one for one in said)} == set()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            Fault(
                "storage-fault", "data/csv/events.csv is not what follows from the log, from byte 7 on", None, "a", "b"
            ),
            "data/csv/events.csv lain dari yang diturunkan dari log, mulai bita 7; seharusnya a; ternyata b",
        ),
        (
            Fault("malformed", "data/log/checkpoint is no checkpoint: a note has no signatures", None, None, "''"),
            "data/log/checkpoint bukan checkpoint: catatan ini tidak bertanda tangan; ternyata ''",
        ),
        (
            Fault("wrong-role", "the issuer's key has another role", 3, "authority or root", "device"),
            "kunci penerbitnya berperan lain; seharusnya otoritas atau kunci akar; ternyata perangkat",
        ),
        (
            Fault("unavailable", "x.zip cannot be read", None, "one of log.csv, sites.csv", None),
            "x.zip tidak dapat dibaca; seharusnya salah satu dari log.csv, sites.csv",
        ),
        (
            Fault("unavailable", "no checkpoint of this log is there", None, "a checkpoint of ledger.test/a", "a link"),
            "tidak ada checkpoint log ini di situ; seharusnya checkpoint ledger.test/a; ternyata tautan (link)",
        ),
        (
            Fault("unsafe", "x in the archive is no plain file", None, "files and folders", "a device"),
            "x di arsip bukan berkas biasa; seharusnya berkas dan folder; ternyata berkas perangkat",
        ),
        (
            Fault("malformed", "something new", 3, "a thing", "1 of 2 or more"),
            "something new; seharusnya a thing; ternyata",
        ),
    ],
)
def test_a_fault_is_one_sentence_with_what_it_names_as_it_is(fault: Fault, expected: str) -> None:
    assert told(fault)[0].startswith(expected)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("inclusion proof", "bukti termuat"),
        ("receipt", "bukti pencatatan"),
        ("enrolment request", "permohonan pendaftaran"),
        ("from the public", "untuk umum"),
    ],
)
def test_one_thing_has_one_word(english: str, said: str) -> None:
    """That of the portal and the agent."""
    texts = FORMAT_TEXTS | AUDIT_TEXTS
    assert {text for text in texts if english in text} == {text for text in texts if said in texts[text]} != set()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"a":1}', b"1" * 70_000])
@pytest.mark.parametrize("parse", [entry.decode, statement.parse, event.decode, note.split_note])
def test_what_parsers_say_of_broken_bytes_has_no_english_in_it(parse: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(CustodyError) as raised:
        parse(data)
    words = set(re.findall(r"[a-z]{2,}", told(raised.value)[0]))
    assert not words & {"the", "is", "not", "does", "has", "expected", "got", "missing", "line", "too"}


def test_a_long_text_of_a_stranger_is_looked_up_in_no_time() -> None:
    told(Fault("malformed", " or ".join(["an entry"] * 200), None, "{} - at {}" * 100, "a, b" * 200))
