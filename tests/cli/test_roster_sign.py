"""`custody roster sign`: a portal's draft file, signed by the chain of the authority's own desk."""

import shutil
from pathlib import Path

import pytest

from custody.core import statement
from custody.core.keys import SigningKey, fingerprint
from custody.core.planning import Plan, Planned, Way
from custody.core.prepared import Prepared, prepare
from custody.core.roster import request
from tests.cli.desks import LOG, OFFICE, STORE, VILLAGE, Desk, write_draft
from tests.cli.programs import at_a_terminal, refused, succeed

KEY = SigningKey.from_seed(b"1" * 32)
ASKED = request(KEY, LOG, "device")


def a_site(site: str = STORE, parent: str = OFFICE, name: str = "Gudang") -> Prepared:
    return prepare("site", {"site": site, "category": "warehouse", "name": name, "parent": parent})


def a_device(site: str = STORE) -> Prepared:
    return prepare("device", {"key": ASKED.key, "proof": ASKED.proof, "site": site})


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write_draft(tmp_path / "july.custody-draft.json", a_site(), a_device())


def test_what_was_prepared_is_signed_by_the_chain_of_this_desk_and_given_out_with_what_is_pending(
    desk: Desk, draft: Path
) -> None:
    before = desk.lines()
    said = desk.roster("sign", draft)
    signed = draft.with_name("july.custody-signed.ndjson").read_bytes().splitlines()
    assert signed == desk.lines()
    assert signed[: len(before)] == before
    last, site, device = desk.statements()[-3:]
    assert [(one.body.seq, one.body.prev) for one in (site, device)] == [
        (last.body.seq + 1, last.id),
        (last.body.seq + 2, site.id),
    ]
    assert {verdict.effect for verdict in desk.replay().verdicts} == {None}
    for shown in (
        "Gudang",
        "Upload it in the portal",
        fingerprint(KEY.keyid),
        str(draft.with_name("july.custody-signed.ndjson")),
    ):
        assert shown in said


def test_a_fingerprint_is_confirmed_for_each_key_and_one_that_differs_ends_it_unsigned(desk: Desk, draft: Path) -> None:
    before = desk.lines()
    command = ("roster", "sign", "--desk", desk.folder, draft)
    ended = at_a_terminal(command, [("group by group?", "n")])
    assert (ended.code, desk.lines()) == (1, before)
    assert fingerprint(KEY.keyid) in ended.output
    ended = at_a_terminal(command, [("group by group?", "y"), ("Sign this?", "y")])
    assert ended.code == 0, ended.output
    assert len(desk.lines()) == len(before) + 2


def test_a_file_signed_again_gives_the_same_and_signs_nothing_twice(desk: Desk, draft: Path, tmp_path: Path) -> None:
    desk.roster("sign", draft)
    once = desk.lines()
    assert "passed over: 2" in desk.roster("sign", draft, "--to", tmp_path / "again")
    assert desk.lines() == once
    assert (tmp_path / "again").read_bytes().splitlines() == once


def test_what_this_authority_has_no_right_to_is_told_before_anything_is_signed(
    desk: Desk, draft: Path, tmp_path: Path
) -> None:
    desk.roster("sign", draft)
    second = Desk(tmp_path / "second")
    succeed("authority", "request", second.folder, "--root", desk.folder / "root.json", "--no-passphrase")
    desk.roster("authority", "--request", second.folder / "authority.request", "--site", STORE)
    shutil.copy(desk.folder / "statements.ndjson", second.folder)
    mixed = write_draft(tmp_path / "mixed.json", a_site(VILLAGE, STORE), a_site(f"{OFFICE}/254/9"), a_site(name="Lain"))
    said = second.refuses("sign", mixed)
    assert "2 of 3 statements" in said
    for told in ("2. Lokasi / Site", "out-of-scope", "3. Lokasi / Site", "site-known"):
        assert told in said
    assert not mixed.with_name("mixed.json.custody-signed.ndjson").exists()
    second.roster("sign", write_draft(tmp_path / "own.json", a_site(VILLAGE, STORE)))


def test_a_file_with_a_member_too_many_or_of_another_log_is_refused(desk: Desk, draft: Path, tmp_path: Path) -> None:
    whole = draft.read_bytes()
    draft.write_bytes(whole.replace(b'"name":"Gudang"', b'"name":"Gudang","seq":9'))
    assert "seq" in desk.refuses("sign", draft)
    draft.write_bytes(whole.replace(LOG.encode(), b"drill.test/pemilu"))
    assert "another log" in desk.refuses("sign", draft)
    assert "cannot be read" in desk.refuses("sign", tmp_path / "absent")
    draft.write_bytes(whole)
    desk.roster("sign", draft)


def test_every_statement_is_shown_whole_also_among_many(desk: Desk, tmp_path: Path) -> None:
    sites = [a_site(f"{OFFICE}/254/{number}", name=f"Gudang {number}") for number in range(40)]
    ways = [Way(to=OFFICE, due=number) for number in range(30)]
    items = [Planned(item=f"8004/BOX{number}", kind="box", ways=[number]) for number in range(30)]
    plan = prepare("plan", {"ways": ways, "items": items})
    said = desk.roster("sign", write_draft(tmp_path / "many.json", *sites, plan))
    assert all(f"{OFFICE}/254/{number} " in said for number in range(40))
    assert all(f"8004/BOX{number} " in said for number in range(30))
    assert "more …" not in said
    assert isinstance(desk.statements()[-1].body, Plan)


def test_root_keys_sign_a_prepared_authority_and_nothing_below_it(desk: Desk, draft: Path, tmp_path: Path) -> None:
    roots = ("--root-key", desk.folder / "root-1.pem", "--root-key", desk.folder / "root-2.pem")
    assert "not-for-root-keys" in desk.refuses("sign", draft, *roots)
    asked = request(KEY, LOG, "authority")
    authority = prepare("authority", {"key": asked.key, "proof": asked.proof})
    desk.roster("sign", write_draft(tmp_path / "above.json", authority), *roots)
    assert len(statement.parse(desk.lines()[-1]).signatures) == 2
    assert "no desk" in refused("roster", "sign", draft, "--desk", tmp_path)
