"""Accounts, their links, passkeys and sessions, and what the trail says of each."""

import pytest

from custody.accounts import accounts, links, passkeys, sessions, trail
from custody.accounts.accounts import Account
from custody.accounts.passkeys import MOST, Passkey
from custody.accounts.sessions import IDLE_MS, LONGEST_MS, MINUTE_MS
from custody.accounts.store import Store
from custody.core.errors import CustodyError, Malformed
from tests.accounts.conftest import Time


@pytest.fixture
def siti(store: Store) -> Account:
    with store.writing() as work:
        return accounts.create(work, None, "siti", ["auditor", "supervisor"], language="id", site="414/9521000000001")


def acts(store: Store) -> list[tuple[str | None, str, str]]:
    """What the trail says after the account was made, the oldest first."""
    with store.reading() as work:
        trail.verify(work.db)
        return [(line.account, line.act, line.subject) for line in trail.lines(work.db, None, 100)][-2::-1]


def passkey(account: Account, number: int) -> Passkey:
    return Passkey(b"%d" % number, account.id, b"key", 0, f"Kunci {number}", False, created=0)


def test_an_account_is_found_by_id_and_handle_with_its_roles_in_order(store: Store, siti: Account) -> None:
    with store.reading() as work:
        assert accounts.find(work.db, siti.id) == accounts.find_handle(work.db, "siti") == siti
        assert siti.roles == ("supervisor", "auditor")
        assert accounts.everyone(work.db) == [siti]
        assert accounts.find(work.db, "a-0") is None
        with pytest.raises(Malformed, match="no such account"):
            accounts.get_handle(work.db, "budi")


@pytest.mark.parametrize(
    ("handle", "roles", "site"),
    [
        ("siti", ["auditor"], None),
        ("Budi", ["auditor"], None),
        ("", ["auditor"], None),
        ("-budi", ["auditor"], None),
        ("b" * 33, ["auditor"], None),
        ("budi\n", ["auditor"], None),
        ("budi", [], None),
        ("budi", ["root"], None),
        ("budi", ["auditor"], "414/1"),
    ],
)
def test_an_account_that_cannot_be_is_not_made(
    store: Store, siti: Account, handle: str, roles: list[accounts.Role], site: str | None
) -> None:
    with pytest.raises(CustodyError), store.writing() as work:
        accounts.create(work, None, handle, roles, language="id", site=site)
    with store.writing() as work:
        assert accounts.create(work, None, "budi", ["auditor"], language="en").roles == ("auditor",)


def test_roles_are_replaced_and_an_account_is_disabled_and_enabled(store: Store, siti: Account) -> None:
    with store.writing() as work:
        accounts.set_roles(work, "a-boss", siti, ["operator"])
        sessions.begin(work, siti.id, "Firefox / Linux")
        accounts.disable(work, "a-boss", siti)
        found = accounts.find(work.db, siti.id)
        assert found is not None
        assert (found.roles, found.disabled) == (("operator",), work.now)
        assert sessions.of_account(work.db, siti.id, work.now) == []
        with pytest.raises(Malformed, match="disabled"):
            links.make(work, None, found)
        accounts.enable(work, "a-boss", siti)
        assert accounts.get_handle(work.db, "siti").disabled is None
    assert acts(store) == [
        ("a-boss", "roles-changed", "siti: operator"),
        (siti.id, "signed-in", "Firefox / Linux"),
        ("a-boss", "account-disabled", "siti"),
        ("a-boss", "sessions-ended", "siti: 1"),
        ("a-boss", "account-enabled", "siti"),
    ]


def test_a_link_is_good_for_a_day_and_once(store: Store, siti: Account, time: Time) -> None:
    with store.writing() as work:
        secret = links.make(work, None, siti)
        assert links.holder(work.db, secret, work.now + links.GOOD_MS - 1) == siti
        assert links.holder(work.db, secret, work.now + links.GOOD_MS) is None
        assert links.holder(work.db, secret + "x", work.now) is None
        links.use_up(work, secret)
        assert links.holder(work.db, secret, work.now) is None


def test_of_two_links_of_an_account_the_later_is_good(store: Store, siti: Account) -> None:
    with store.writing() as work:
        first, second = links.make(work, None, siti), links.make(work, None, siti)
        assert links.holder(work.db, first, work.now) is None
        assert links.holder(work.db, second, work.now) == siti
        accounts.disable(work, None, siti)
        assert links.holder(work.db, second, work.now) is None


def test_neither_a_links_nor_a_sessions_secret_is_kept(store: Store, siti: Account) -> None:
    with store.writing() as work:
        kept = [links.make(work, None, siti), sessions.begin(work, siti.id, "Firefox / Linux")]
    data = store._path.read_bytes()
    assert siti.id.encode() in data
    assert not any(secret.encode() in data for secret in kept)


def test_a_passkey_is_added_renamed_and_removed_but_never_the_last(store: Store, siti: Account) -> None:
    with store.writing() as work:
        passkeys.add(work, passkey(siti, 1))
        with pytest.raises(Malformed, match="last passkey"):
            passkeys.remove(work, siti.id, b"1")
        passkeys.add(work, passkey(siti, 2))
        passkeys.rename(work, siti.id, b"2", "Ponsel")
        passkeys.remove(work, siti.id, b"1")
        assert [(one.id, one.label) for one in passkeys.of_account(work.db, siti.id)] == [(b"2", "Ponsel")]
    assert [line[1:] for line in acts(store)] == [
        ("passkey-added", "Kunci 1"),
        ("passkey-added", "Kunci 2"),
        ("passkey-renamed", "Ponsel"),
        ("passkey-removed", "Kunci 1"),
    ]


def test_nobody_touches_the_passkey_of_another(store: Store, siti: Account) -> None:
    with store.writing() as work:
        for number in (1, 2):
            passkeys.add(work, passkey(siti, number))
        for act in (lambda: passkeys.remove(work, "a-2", b"1"), lambda: passkeys.rename(work, "a-2", b"1", "Mine")):
            with pytest.raises(Malformed, match="no such passkey"):
                act()
        passkeys.rename(work, siti.id, b"1", "Mine")


def test_a_passkey_is_known_once_and_an_account_has_not_too_many(store: Store, siti: Account) -> None:
    with store.writing() as work:
        for number in range(MOST):
            passkeys.add(work, passkey(siti, number))
        with pytest.raises(Malformed, match="known already"):
            passkeys.add(work, passkey(siti, 3))
        with pytest.raises(Malformed, match="too many"):
            passkeys.add(work, passkey(siti, MOST))


@pytest.mark.parametrize("label", ["", " Kunci", "x" * 61, "a\nb"])
def test_a_label_that_cannot_be_shown_is_refused(store: Store, siti: Account, label: str) -> None:
    with store.writing() as work:
        passkeys.add(work, passkey(siti, 1))
        with pytest.raises(Malformed, match="no name of a passkey"):
            passkeys.rename(work, siti.id, b"1", label)
        passkeys.rename(work, siti.id, b"1", "<b>Kunci</b>")


def test_a_recovered_account_has_the_new_passkey_only_and_nobody_stays_signed_in(store: Store, siti: Account) -> None:
    with store.writing() as work:
        passkeys.replace_all(work, siti, passkey(siti, 1))
        old = sessions.begin(work, siti.id, "Firefox / Linux")
        passkeys.replace_all(work, siti, passkey(siti, 2))
        assert [one.id for one in passkeys.of_account(work.db, siti.id)] == [b"2"]
        assert sessions.find(work.db, old, work.now) is None


def test_a_passkey_counts_what_was_refused_since_its_last_use(store: Store, siti: Account) -> None:
    with store.writing() as work:
        passkeys.add(work, passkey(siti, 1))
        passkeys.note_failure(work, b"1")
        passkeys.note_failure(work, b"1")
        passkeys.note_failure(work, b"unknown")
        [found] = passkeys.of_account(work.db, siti.id)
        assert (found.failures, found.failed, found.used) == (2, work.now, None)
        passkeys.note_use(work, found, 7, backed_up=True)
        [found] = passkeys.of_account(work.db, siti.id)
        assert (found.failures, found.failed, found.used, found.sign_count) == (0, None, work.now, 7)
        assert found.backed_up


def test_a_session_ends_when_it_is_idle_or_old(store: Store, siti: Account, time: Time) -> None:
    with store.writing() as work:
        secret = sessions.begin(work, siti.id, "Firefox / Linux")
        assert sessions.find(work.db, secret, work.now + IDLE_MS - 1) is not None
        assert sessions.find(work.db, secret, work.now + IDLE_MS) is None
        assert sessions.find(work.db, secret + "x", work.now) is None
    began = time.now
    while time.now + IDLE_MS - MINUTE_MS < began + LONGEST_MS:
        time.now += IDLE_MS - MINUTE_MS
        with store.writing() as work:
            found = sessions.find(work.db, secret, work.now)
            assert found is not None
            sessions.see(work, found)
    with store.reading() as work:
        assert sessions.find(work.db, secret, began + LONGEST_MS - 1) is not None
        assert sessions.find(work.db, secret, began + LONGEST_MS) is None


def test_sessions_are_ended_one_by_one_or_all(store: Store, siti: Account) -> None:
    with store.writing() as work:
        one, two, three = (sessions.begin(work, siti.id, f"Firefox {number}") for number in range(3))
        assert sessions.end(work, siti.id, siti.id, sessions.hash_of(one))
        assert not sessions.end(work, siti.id, siti.id, sessions.hash_of(one))
        assert not sessions.end(work, "a-2", "a-2", sessions.hash_of(two))
        found = sessions.find(work.db, two, work.now)
        assert found is not None
        sessions.sign_out(work, found)
        assert [found.hash for found in sessions.of_account(work.db, siti.id, work.now)] == [sessions.hash_of(three)]
        assert sessions.end_all(work, None, siti.id, "siti") == 1
    assert [line[:2] for line in acts(store)][3:] == [
        (siti.id, "session-ended"),
        (siti.id, "signed-out"),
        (None, "sessions-ended"),
    ]


@pytest.mark.parametrize(
    ("user_agent", "kept"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox / Linux"),
        ("Mozilla/5.0 (Linux; Android 15; x) Chrome/142.0 Mobile Safari/537.36", "Chrome / Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge / Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari / iPhone"),
        ("<script>", "? / ?"),
    ],
)
def test_of_a_browser_its_family_and_system_are_kept(user_agent: str, kept: str) -> None:
    assert sessions.browser_of(user_agent) == kept
