"""Read tokens: shown once, known by their hash, good until they are revoked."""

import re
from pathlib import Path

import pytest

from custody.accounts import tokens, trail
from custody.accounts.store import ACCOUNTS, Store
from custody.accounts.tokens import USED_MS, Token
from custody.core import read_token
from custody.core.errors import ConfigFault, Malformed
from tests.accounts.conftest import NOON, Time
from tests.cli.programs import refused, succeed


def issue(store: Store, label: str) -> str:
    with store.writing() as work:
        return tokens.issue(work, label)


def revoke(store: Store, label: str) -> None:
    with store.writing() as work:
        tokens.revoke(work, label)


def issued(store: Store) -> list[Token]:
    with store.reading() as work:
        return tokens.issued(work)


def test_a_token_is_recognised_by_its_label_and_no_other_text_is(store: Store) -> None:
    one, other = issue(store, "Agen 1"), issue(store, "Auditor")
    assert read_token.check(one) == one
    assert (tokens.recognise(store, one), tokens.recognise(store, other)) == ("Agen 1", "Auditor")
    for text in ("", "ct_", one[:-1], one + "A", one.lower(), one.swapcase()):
        assert tokens.recognise(store, text) is None


def test_the_store_does_not_hold_a_token_but_its_hash(store: Store, tmp_path: Path) -> None:
    token = issue(store, "Agen 1")
    held = (tmp_path / "private" / ACCOUNTS).read_bytes()
    assert token.encode() not in held
    assert token[3:].encode() not in held
    assert b"Agen 1" in held


def test_a_revoked_token_is_good_no_more_and_the_others_are(store: Store, time: Time) -> None:
    one, other = issue(store, "Agen 1"), issue(store, "Auditor")
    time.now += 5
    revoke(store, "Agen 1")
    assert (tokens.recognise(store, one), tokens.recognise(store, other)) == (None, "Auditor")
    with pytest.raises(ConfigFault, match="no token"):
        revoke(store, "Agen 1")
    again = issue(store, "Agen 1")
    assert (tokens.recognise(store, one), tokens.recognise(store, again)) == (None, "Agen 1")
    assert [(one.label, one.revoked) for one in issued(store)] == [
        ("Agen 1", NOON + 5), ("Auditor", None), ("Agen 1", None),
    ]  # fmt: skip


def test_when_a_token_was_used_last_is_known_to_the_hour(store: Store, time: Time) -> None:
    token = issue(store, "Agen 1")
    assert [one.used for one in issued(store)] == [None]
    hour = NOON - NOON % USED_MS
    for later, used in ((0, hour), (USED_MS - 1 - NOON % USED_MS, hour), (3 * USED_MS, hour + 3 * USED_MS)):
        time.now = NOON + later
        tokens.recognise(store, token)
        assert [one.used for one in issued(store)] == [used]


def test_a_label_belongs_to_one_good_token(store: Store) -> None:
    issue(store, "Agen 1")
    with pytest.raises(ConfigFault, match="good still"):
        issue(store, "Agen 1")


@pytest.mark.parametrize("label", ["", " Agen", "Agen\n1", "a\x1b[2J", "x" * 81])
def test_what_cannot_be_shown_is_no_label(store: Store, label: str) -> None:
    with pytest.raises(Malformed, match="label"):
        issue(store, label)


def test_issuing_and_revoking_stand_in_the_trail_without_the_token(store: Store) -> None:
    issue(store, "Agen 1")
    revoke(store, "Agen 1")
    with store.reading() as work:
        found = [(line.act, line.subject) for line in trail.lines(work.db, None, 9)]
    assert found == [("token-revoked", "Agen 1"), ("token-issued", "Agen 1")]


def test_tokens_are_issued_listed_and_revoked_by_command(tmp_path: Path) -> None:
    config = tmp_path / "ledger.toml"
    config.write_text('origin = "ledger.test/x"\ndata = "data"\nguard = "guard"\nkey = "log.pem"\n')
    given = ("--config", config)
    shown = re.search(r"ct_[\w-]{43}", succeed("token", "issue", "--label", "Auditor", *given))
    assert shown
    file = tmp_path / "agent.token"
    assert "ct_" not in succeed("token", "issue", "--label", "Agen 1", "--to", file, *given)
    assert (read_token.check(file.read_text().strip()), file.stat().st_mode & 0o777) == (file.read_text()[:-1], 0o600)
    store = Store(tmp_path / "private" / ACCOUNTS)
    assert tokens.recognise(store, shown[0]) == "Auditor"
    assert "exists" in refused("token", "issue", "--label", "Agen 2", "--to", file, *given)
    succeed("token", "revoke", "Auditor", *given)
    assert tokens.recognise(store, shown[0]) is None
    listed = succeed("token", "list", *given)
    assert "Auditor" in listed
    assert "Agen 1" in listed
    assert "ct_" not in listed
