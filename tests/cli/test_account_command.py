"""`custody account`: the first account, recovery, and what the trail says of it."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from custody.accounts import accounts, links, passkeys, sessions
from custody.accounts.accounts import Account
from custody.accounts.passkeys import Passkey
from custody.accounts.store import ACCOUNTS, Store
from custody.cli.account import account
from custody.core.errors import CustodyError
from tests.cli.programs import succeed


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.toml"
    path.write_text(
        'origin = "ledger.test/log"\ndata = "data"\nguard = "guard"\nkey = "log.pem"\nurl = "https://logistik.example"\n'
    )
    return path


@pytest.fixture
def store(config: Path) -> Store:
    return Store(config.parent / "private" / ACCOUNTS)


def ran(config: Path, *arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(account, [*arguments, "--config", str(config)])


def said(config: Path, *arguments: str) -> str:
    result = ran(config, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def fault(config: Path, *arguments: str) -> str:
    result = ran(config, *arguments)
    assert isinstance(result.exception, CustodyError), result.output
    return str(result.exception)


def held(store: Store, link: str) -> Account | None:
    with store.reading() as work:
        return links.holder(work.db, link.strip().rpartition("/")[2], work.now)


def sign_up(store: Store, handle: str) -> None:
    with store.writing() as work:
        one = accounts.get_handle(work.db, handle)
        passkeys.add(work, Passkey(handle.encode(), one.id, b"key", 0, "Ponsel", False, created=0))
        sessions.begin(work, one.id, "Firefox / Linux")


def test_an_account_is_made_with_a_link_at_the_portals_address(config: Path, store: Store) -> None:
    link = succeed("account", "create", "siti", "--role", "authority", "--role", "auditor", "--config", config).split()[
        0
    ]
    assert link.startswith("https://logistik.example/sign-up/")
    found = held(store, link)
    assert found is not None
    assert (found.handle, found.roles, found.site, found.language) == ("siti", ("auditor", "authority"), None, "id")


@pytest.mark.parametrize(("port", "is_known"), [("0", False), ("8000", True)])
def test_no_link_is_made_for_a_port_that_only_the_running_ledger_knows(
    config: Path, store: Store, port: str, is_known: bool
) -> None:
    said(config, "create", "rina", "--role", "auditor")
    config.write_text(config.read_text().replace('url = "https://logistik.example"', f'listen = "[::1]:{port}"'))
    for act in (["create", "siti", "--role", "auditor"], ["recover", "rina"]):
        if is_known:
            assert said(config, *act).startswith("http://localhost:8000/sign-up/")
        else:
            assert "Set one of them" in fault(config, *act)
    with store.reading() as work:
        assert bool(accounts.find_handle(work.db, "siti")) == is_known


def test_an_account_may_be_limited_to_a_site_and_have_its_pages_in_english(config: Path, store: Store) -> None:
    said(config, "create", "budi", "--role", "operator", "--site", "414/9521000000001", "--language", "en")
    with store.reading() as work:
        found = accounts.get_handle(work.db, "budi")
    assert (found.site, found.language) == ("414/9521000000001", "en")


def test_what_cannot_be_an_account_is_told(config: Path) -> None:
    said(config, "create", "siti", "--role", "auditor")
    assert "an account of that handle" in fault(config, "create", "siti", "--role", "auditor")
    assert "no handle" in fault(config, "create", "Siti", "--role", "auditor")
    assert ran(config, "create", "budi").exit_code == 2
    assert ran(config, "create", "budi", "--role", "root").exit_code == 2
    assert "no such account" in fault(config, "recover", "budi")


def test_recovery_gives_a_link_in_place_of_an_earlier_one(config: Path, store: Store) -> None:
    first = said(config, "create", "siti", "--role", "auditor")
    second = said(config, "recover", "siti")
    assert (held(store, first), held(store, second) is not None) == (None, True)


def test_accounts_and_their_sessions_are_listed(config: Path, store: Store) -> None:
    assert "None yet" in said(config, "list")
    said(config, "create", "siti", "--role", "auditor")
    assert "None yet" in said(config, "sessions", "siti")
    sign_up(store, "siti")
    [line] = [line for line in said(config, "list").splitlines() if "siti" in line]
    assert [cell.strip() for cell in line.strip("│").split("│")] == ["siti", "Auditor", "–", "1", "1", "–"]
    assert "Firefox / Linux" in said(config, "sessions", "siti")
    assert "1" in said(config, "end-sessions", "siti")
    assert "None yet" in said(config, "sessions", "siti")


def test_an_account_is_disabled_and_enabled_and_its_roles_are_replaced(config: Path, store: Store) -> None:
    said(config, "create", "siti", "--role", "auditor")
    sign_up(store, "siti")
    said(config, "disable", "siti")
    assert "None yet" in said(config, "sessions", "siti")
    assert "disabled" in fault(config, "recover", "siti")
    said(config, "enable", "siti")
    assert said(config, "recover", "siti")
    said(config, "role", "siti", "--role", "operator", "--role", "supervisor")
    with store.reading() as work:
        assert accounts.get_handle(work.db, "siti").roles == ("supervisor", "operator")


def test_all_of_it_stands_in_the_trail_the_newest_last(config: Path, store: Store) -> None:
    said(config, "create", "siti", "--role", "auditor")
    for act in ("recover", "disable", "enable"):
        said(config, act, "siti")
    said(config, "role", "siti", "--role", "supervisor")
    said(config, "end-sessions", "siti")
    sign_up(store, "siti")
    lines = [line.split("│")[1:-1] for line in said(config, "trail").splitlines() if line.startswith("│")]
    acts = [(who.strip(), act.split("/")[-1].strip(), about.strip()) for _, _, who, act, about in lines]
    assert acts == [
        ("custody account", "Account created", "siti: Auditor"),
        ("custody account", "One-time link made", "siti"),
        ("custody account", "One-time link made", "siti"),
        ("custody account", "Account disabled", "siti"),
        ("custody account", "All sessions ended", "siti: 0"),
        ("custody account", "Account enabled", "siti"),
        ("custody account", "Roles changed", "siti: Pengawas / Supervisor"),
        ("custody account", "All sessions ended", "siti: 0"),
        ("siti", "Passkey added", "Ponsel"),
        ("siti", "Signed in", "Firefox / Linux"),
    ]
    assert "Signed in" in said(config, "trail", "--last", "1")
    assert "Passkey added" not in said(config, "trail", "--last", "1")


def test_what_was_done_is_said_in_words_and_not_in_codes(config: Path, store: Store) -> None:
    store.record(None, "statement-prepared", "handler h-a staff @ *")
    store.record(None, "statement-withdrawn", "revoke 12ab compromised")
    table = said(config, "trail")
    assert "Petugas / Handler: h-a Petugas logistik / Staff @ *" in table
    assert "Pencabutan / Revocation: 12ab dikuasai orang lain / in others' hands" in table


def test_an_edit_of_the_file_is_found_by_the_check(config: Path) -> None:
    said(config, "create", "siti", "--role", "auditor")
    said(config, "disable", "siti")
    head = said(config, "trail", "--check").split()[-1]
    assert head.startswith("4:")
    assert said(config, "trail", "--check", "--holds", head)
    file = config.parent / "private" / ACCOUNTS
    with sqlite3.connect(file) as db:
        db.execute("DROP TRIGGER trail_no_delete")
        db.execute("DELETE FROM trail WHERE seq = 4")
    db.close()
    assert said(config, "trail", "--check").split()[-1].startswith("3:")
    assert "expected row 4" in fault(config, "trail", "--check", "--holds", head)
    with sqlite3.connect(file) as db:
        db.execute("DELETE FROM trail WHERE seq = 2")
    db.close()
    assert "rows of the trail are missing" in fault(config, "trail", "--check")


@pytest.mark.parametrize("holds", ["", "4", "4:xy", "0:" + "00" * 32, "4:00"])
def test_what_no_check_printed_is_no_known_line(config: Path, holds: str) -> None:
    assert ran(config, "trail", "--check", "--holds", holds).exit_code == 2
    assert ran(config, "trail", "--holds", "4:" + "00" * 32).exit_code == 2
