"""From `authority init` to a roster that the log admits, through the real programs."""

import fcntl
import os
import stat
from pathlib import Path

import msgspec
import pytest

from custody.core import badge, roster, statement
from custody.core.canonical import b64decode
from custody.core.keys import SigningKey, fingerprint, keyid
from custody.core.roster import Handler, Revoke
from custody.files import load_key
from custody.ledger.config import load as load_settings
from tests.cli.desks import LOG, OFFICE, STORE, VILLAGE, Desk, write_request
from tests.cli.programs import at_a_terminal, custody, refused, succeed

SITES = f"""site,category,name,parent
{STORE},warehouse,"Gudang KPU, Bandung",{OFFICE}
{VILLAGE},village,Kelurahan Sukajadi,{STORE}
"""
HANDLER = badge.handler_id(b"0123456789")


def a_key(number: int = 1) -> SigningKey:
    return SigningKey.from_seed(bytes([number]) * 32)


def test_every_statement_of_a_whole_set_up_takes_effect_in_the_log(tmp_path: Path) -> None:
    passphrase, pin = tmp_path / "passphrase", tmp_path / "pin"
    for file, text in ((passphrase, "nasi goreng kambing\n"), (pin, "493817\n")):
        file.touch(0o600)
        file.write_text(text)
    desk = Desk(tmp_path / "desk")
    protected = ("--passphrase-file", passphrase)
    succeed("authority", "init", desk.folder, "--log", LOG, *protected)
    desk.roster("site", *protected, "--site", OFFICE, "--category", "office", "--name", "KPU Kota Bandung")
    (tmp_path / "sites.csv").write_text(SITES)
    desk.roster("site", *protected, "--import", tmp_path / "sites.csv")
    device = write_request(tmp_path, "device", a_key())
    assert fingerprint(a_key().keyid) in desk.roster("device", *protected, "--request", device, "--site", STORE)
    succeed("badge", "issue", "--log", LOG, "--out", tmp_path, "--handler", HANDLER, "--role", "staff",
            "--site", STORE, "--pin-file", pin)  # fmt: skip
    desk.roster("handler", *protected, "--request", tmp_path / f"{HANDLER}.request", "--role", "staff",
                "--site", STORE, "--begins", "2029-02-01T00:00+07:00", "--ends", "2029-03-01T00:00+07:00")  # fmt: skip
    succeed("label", "key", "init", "--log", LOG, "--out", tmp_path, *protected)
    desk.roster("label-issuer", *protected, "--request", tmp_path / "label-issuer.request", "--site", STORE,
                "--host", "id.ledger.test", "--range", "8003/09521234000013")  # fmt: skip
    succeed("authority", "request", tmp_path / "below", "--root", desk.folder / "root.json", "--no-passphrase")
    desk.roster("authority", *protected, "--request", tmp_path / "below/authority.request", "--site", VILLAGE)
    desk.roster("revoke", *protected, a_key().keyid[:8], "--reason", "lost")

    state, verdicts = desk.replay()

    assert [verdict.effect for verdict in verdicts] == [None] * 10
    assert list(state.sites) == [OFFICE, STORE, VILLAGE]
    assert list(state.handlers) == [HANDLER]
    roles = sorted(key.role for key in state.keys.values())
    assert roles == ["authority", "authority", "device", "handler", "label-issuer", "root"]
    assert isinstance(state.keys[a_key().keyid].revoked, Revoke)
    handler = state.keys[state.handlers[HANDLER]].enrolment
    assert isinstance(handler, Handler)
    assert (handler.begins, handler.ends) == (1_864_573_200_000, 1_866_992_400_000)


def test_a_log_begins_with_an_advisors_key_of_its_own_which_an_authority_enrols(desk: Desk, tmp_path: Path) -> None:
    told = succeed("init", tmp_path / "log", "--root", desk.folder / "root.json")
    config = load_settings(tmp_path / "log" / "ledger.toml")
    assert config.advice is not None
    advisor, log = load_key(config.advice), load_key(config.key)
    assert advisor.keyid != log.keyid
    assert fingerprint(advisor.keyid) in told
    assert fingerprint(advisor.keyid) in desk.roster("advisor", "--request", tmp_path / "log" / "advice.request")
    state, verdicts = desk.replay()
    assert verdicts[-1].effect is None
    assert (state.keys[advisor.keyid].role, state.keys[advisor.keyid].site) == ("advisor", None)


def test_a_log_whose_beginning_was_cut_off_is_begun_anew_and_another_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    begun = ("init", tmp_path / "log", "--root", desk.folder / "root.json")
    succeed(*begun)
    log, guard = tmp_path / "log", (tmp_path / "log/guard/checkpoint").read_bytes()
    assert "exists" in refused(*begun)
    assert (log / "guard/checkpoint").read_bytes() == guard

    # As a power cut leaves it just before its end, or after the key.
    (log / "ledger.toml").rename(log / "ledger.toml.unfinished")
    succeed(*begun)
    assert (log / "guard/checkpoint").read_bytes() != guard
    (log / "ledger.toml").rename(log / "ledger.toml.unfinished")
    for path in (log / "data/ledger.db", log / "guard/checkpoint", log / "advice.pem", log / "advice.request"):
        path.unlink()
    succeed(*begun)
    assert not (log / "ledger.toml.unfinished").exists()

    # Settings that are lost make no log unfinished.
    kept = (log / "log.pem").read_bytes()
    (log / "ledger.toml").unlink()
    assert "exists" in refused(*begun)
    assert (log / "log.pem").read_bytes() == kept


def test_private_keys_are_encrypted_and_for_their_owner_only(tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text("nasi goreng kambing")
    os.umask(os.umask(0))  # the files' modes must not depend on it
    succeed("authority", "init", tmp_path / "desk", "--log", LOG, "--passphrase-file", passphrase)
    for name in ("root-1.pem", "authority.pem"):
        path = tmp_path / "desk" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"ENCRYPTED" in path.read_bytes()
        assert SigningKey.from_pem(path.read_bytes(), b"nasi goreng kambing")


def test_keys_are_never_written_into_a_folder_that_holds_something(desk: Desk) -> None:
    before = (desk.folder / "authority.pem").read_bytes()
    assert "not empty" in refused("authority", "init", desk.folder, "--log", LOG, "--no-passphrase")
    assert (desk.folder / "authority.pem").read_bytes() == before


@pytest.mark.parametrize("arguments", [["--log", "https://ledger.test/x"], ["--log", LOG, "--threshold", "2"]])
def test_a_root_that_no_log_would_take_is_refused_before_anything_is_written(
    tmp_path: Path, arguments: list[str]
) -> None:
    assert "expected" in refused("authority", "init", tmp_path / "desk", *arguments, "--no-passphrase")
    assert not (tmp_path / "desk").exists()


def test_a_key_that_others_can_read_is_refused_with_the_command_that_mends_it(desk: Desk) -> None:
    key = desk.folder / "authority.pem"
    key.chmod(0o644)
    arguments = ("--site", STORE, "--category", "warehouse", "--name", "Gudang", "--parent", OFFICE)
    assert f"chmod 600 {key}" in desk.refuses("site", *arguments)
    key.chmod(0o600)
    desk.roster("site", *arguments)


def test_another_key_in_the_place_of_the_authoritys_is_refused(desk: Desk) -> None:
    (desk.folder / "authority.pem").write_bytes(a_key().to_pem())
    output = desk.refuses("site", "--site", STORE, "--category", "warehouse", "--name", "Gudang")
    assert "another key" in output


def test_nothing_is_signed_without_a_yes(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    asked = "Frasa sandi baru / New passphrase"
    again = "Sekali lagi / Once more"
    made = at_a_terminal(
        ["authority", "init", desk.folder, "--log", LOG],
        [(f"{asked}: root-1.pem", "satu"), (again, "satu"), (f"{asked}: authority.pem", "dua"), (again, "dua")],
    )
    assert made.code == 0, made.output
    site = ["roster", "site", "--desk", desk.folder, "--site", OFFICE, "--category", "office", "--name", "KPU Bandung"]
    passphrase = ("Frasa sandi / Passphrase: authority.pem", "dua")

    declined = at_a_terminal(site, [passphrase, ("Sign this?", "n")])
    assert declined.code != 0
    assert "KPU Bandung" in declined.output
    assert len(desk.lines()) == 1
    assert at_a_terminal(site, [passphrase, ("Sign this?", "y")]).code == 0
    assert len(desk.lines()) == 2
    assert "passphrase" in at_a_terminal(site, [("authority.pem", "satu")]).output
    assert len(desk.lines()) == 2


def test_what_would_have_no_effect_is_not_signed(desk: Desk) -> None:
    site = ("--category", "office", "--name", "KPU")
    assert "site-known" in desk.refuses("site", "--site", OFFICE, *site)
    assert "parent-unknown" in desk.refuses("site", "--site", VILLAGE, *site, "--parent", STORE)
    device = write_request(desk.folder, "device", a_key())
    assert "site-unknown" in desk.refuses("device", "--request", device, "--site", STORE)
    desk.roster("device", "--request", device, "--site", OFFICE)
    assert "key-known" in desk.refuses("device", "--request", device, "--site", OFFICE)


def test_a_request_by_someone_without_the_key_is_refused(desk: Desk) -> None:
    honest, thief = (roster.request(a_key(number), LOG, "device") for number in (1, 2))
    path = desk.folder / "stolen.request"
    path.write_bytes(roster.request_codec.encode(msgspec.structs.replace(honest, proof=thief.proof)))
    assert "possession" in desk.refuses("device", "--request", path, "--site", OFFICE)
    path.write_bytes(roster.request_codec.encode(honest))
    desk.roster("device", "--request", path, "--site", OFFICE)


def test_a_request_for_another_log_or_another_role_is_refused(desk: Desk) -> None:
    foreign = write_request(desk.folder, "device", a_key(), log="ledger.test/simulasi")
    assert "is for another log" in desk.refuses("device", "--request", foreign, "--site", OFFICE)
    other = write_request(desk.folder, "label-issuer", a_key())
    assert "another role" in desk.refuses("device", "--request", other, "--site", OFFICE)


def test_a_second_badge_for_a_handler_needs_reissue_and_replaces_the_first(desk: Desk) -> None:
    first, second = (write_request(desk.folder, "handler", a_key(number), HANDLER) for number in (1, 2))
    member = ("--role", "staff", "--site", OFFICE)
    assert "--reissue" in desk.refuses("handler", "--request", first, *member, "--reissue")
    desk.roster("handler", "--request", first, *member)
    assert "--reissue" in desk.refuses("handler", "--request", second, *member)
    assert a_key(1).keyid in desk.roster("handler", "--request", second, *member, "--reissue")
    state, verdicts = desk.replay()
    assert {verdict.effect for verdict in verdicts} == {None}
    assert state.handlers[HANDLER] == a_key(2).keyid


@pytest.mark.parametrize("option", ["--begins", "--ends"])
def test_a_time_without_its_zone_is_refused(desk: Desk, option: str) -> None:
    asked = write_request(desk.folder, "handler", a_key(), HANDLER)
    member = ("--request", asked, "--role", "staff", "--site", OFFICE)
    assert "+07:00" in desk.refuses("handler", *member, option, "2029-02-14T07:00")
    desk.roster("handler", *member, option, "2029-02-14 07:00 WIT")


def test_every_faulty_line_of_a_list_of_sites_is_named_and_none_is_signed(desk: Desk) -> None:
    sites = desk.folder / "sites.csv"
    sites.write_text(
        SITES
        + f"414/9521234567890,office,KPU,\n{STORE}.02,shop,Toko,{OFFICE}\n{STORE}.03,village,,{OFFICE}\n"
        + f"{STORE}.04,village,Desa,{OFFICE}/254/none\n{STORE},office,Another name,{OFFICE}\n"
    )
    output = desk.refuses("site", "--import", sites)
    assert "5 lines cannot be taken, so none is" in output
    reasons = {4: "check digit", 5: "shop", 6: "name", 7: "parent-unknown", 8: "site-known"}
    for line, reason in reasons.items():
        assert any(f"line {line}:" in shown and reason in shown for shown in output.splitlines()), (line, output)

    sites.write_text(SITES)
    desk.roster("site", "--import", sites)
    assert list(desk.replay().state.sites) == [OFFICE, STORE, VILLAGE]


@pytest.mark.parametrize(
    ("text", "named"),
    [("id,name\n", "other columns"), (SITES + "x,y\n", "line 4"), (SITES + 'a,b,"c\n', "not CSV")],
)
def test_a_list_of_sites_of_another_shape_is_refused(desk: Desk, text: str, named: str) -> None:
    (desk.folder / "sites.csv").write_text(text)
    assert named in desk.refuses("site", "--import", desk.folder / "sites.csv")


def test_a_list_of_sites_can_be_imported_again_with_more_lines(desk: Desk) -> None:
    sites = desk.folder / "sites.csv"
    sites.write_text(SITES)
    desk.roster("site", "--import", sites)
    sites.write_text(f"{SITES}{STORE}.9,village,Desa,{STORE}\n")
    assert "passed over: 2" in desk.roster("site", "--import", sites)
    assert [verdict.effect for verdict in desk.replay().verdicts] == [None] * 6


def test_a_site_may_have_a_position(desk: Desk) -> None:
    site = ("--site", STORE, "--category", "warehouse", "--name", "Gudang", "--parent", OFFICE, "--lat", "-6.9147444")
    assert "half a position" in desk.refuses("site", *site)
    assert "decimal degrees" in desk.refuses("site", *site, "--lon", "107°")
    assert "-6.914744°" in desk.roster("site", *site, "--lon", "107.60981")
    (desk.folder / "sites.csv").write_text(
        "site;category;name;parent;lat;lon\n"
        f"{STORE};warehouse;Gudang;{OFFICE};-6,9147444;107,60981\n{VILLAGE};village;Sukajadi;{STORE};-6,89;107,59\n"
    )
    assert "passed over: 1" in desk.roster("site", "--import", desk.folder / "sites.csv")
    assert [(site.lat, site.lon) for site in desk.replay().state.sites.values()] == [
        (None, None),
        (-6_914_744, 107_609_810),
        (-6_890_000, 107_590_000),
    ]


def test_what_a_name_would_hide_on_the_screen_is_refused_or_spelt_out(desk: Desk) -> None:
    site = ("--site", STORE, "--category", "office", "--name")
    assert "name" in desk.refuses("site", *site, "KPU\x1b[2K")
    assert "[b]KPU[/b] :house: \\u200b" in desk.roster("site", *site, "[b]KPU[/b] :house: \u200b")


def test_root_keys_sign_an_authority_only_up_to_their_threshold(desk: Desk, tmp_path: Path) -> None:
    succeed("authority", "request", tmp_path / "second", "--root", desk.folder / "root.json", "--no-passphrase")
    request = ("--request", tmp_path / "second/authority.request")
    one, two = ("--root-key", desk.folder / "root-2.pem"), ("--root-key", desk.folder / "root-3.pem")
    assert "below-threshold" in desk.refuses("authority", *request, *one)
    desk.roster("authority", *request, *one, *two)
    assert len(desk.statements()[-1].signatures) == 2
    assert desk.replay().verdicts[-1].effect is None


def test_an_authority_that_is_not_enrolled_yet_cannot_sign(desk: Desk, tmp_path: Path) -> None:
    succeed("authority", "request", tmp_path / "second", "--root", desk.folder / "root.json", "--no-passphrase")
    second = Desk(tmp_path / "second")
    site = ("--site", STORE, "--category", "office", "--name", "KPU", "--parent", OFFICE)
    assert "not enrolled" in second.refuses("site", *site)


def test_a_key_is_revoked_by_the_beginning_of_its_id_if_that_names_one(desk: Desk) -> None:
    desk.roster("device", "--request", write_request(desk.folder, "device", a_key()), "--site", OFFICE)
    assert "at least 8" in desk.refuses("revoke", a_key().keyid[:7], "--reason", "lost")
    assert "since" in desk.refuses("revoke", a_key().keyid, "--reason", "compromised")
    desk.roster("revoke", a_key().keyid[:8], "--reason", "compromised", "--since", "2029-02-14T07:00Z")
    assert "already-revoked" in desk.refuses("revoke", a_key().keyid, "--reason", "lost")


def test_what_an_authority_enrolled_is_revoked_with_it_if_that_is_said(desk: Desk) -> None:
    root_keys = ("--root-key", desk.folder / "root-1.pem", "--root-key", desk.folder / "root-2.pem")
    desk.roster("device", "--request", write_request(desk.folder, "device", a_key()), "--site", OFFICE)
    assert "not-an-authority" in desk.refuses("revoke", a_key().keyid, "--reason", "lost", "--enrolled", "revoke")
    authority = desk.statements()[-1].body.issuer
    shown = desk.roster("revoke", authority, "--reason", "lost", "--enrolled", "revoke", *root_keys)
    assert "IKUT DICABUT" in shown
    held = [desk.replay().state.keys[key].revoked for key in (authority, a_key().keyid)]
    assert [revoked.reason if revoked else None for revoked in held] == ["lost", "lost"]


def test_an_auditor_closes_findings_from_a_desk_of_its_own_and_does_nothing_else(desk: Desk, tmp_path: Path) -> None:
    succeed("authority", "request", tmp_path / "auditor", "--root", desk.folder / "root.json", "--role", "auditor",
            "--no-passphrase")  # fmt: skip
    desk.roster("auditor", "--request", tmp_path / "auditor/auditor.request", "--site", OFFICE)
    auditor = Desk(tmp_path / "auditor")
    (auditor.folder / "statements.ndjson").write_bytes(b"".join(line + b"\n" for line in desk.lines()))
    finding = "f-" + "a" * 26

    assert finding in auditor.roster("resolve", finding, "--reason", "recounted")

    assert auditor.replay().verdicts[-1].effect is None
    assert "finding" in auditor.refuses("resolve", "f-1", "--reason", "recounted")
    assert "reason" in auditor.refuses("resolve", finding, "--reason", "Because")
    assert "cannot be read" in auditor.refuses("resolve", finding, "--reason", "recounted", "--note", tmp_path / "no")
    site = ("--site", STORE, "--category", "office", "--name", "KPU", "--parent", OFFICE)
    assert "not-for-auditor-keys" in auditor.refuses("site", *site)
    request = tmp_path / "auditor/auditor.request"
    assert "another role" in desk.refuses("authority", "--request", request)


def test_a_desk_from_which_a_statement_was_taken_signs_nothing_more(desk: Desk) -> None:
    desk.roster("site", "--site", STORE, "--category", "office", "--name", "KPU")
    whole = desk.lines()
    (desk.folder / "statements.ndjson").write_bytes(whole[0] + b"\n" + whole[2] + b"\n")
    more = ("--site", VILLAGE, "--category", "office", "--name", "KPU")
    output = desk.refuses("site", *more)
    assert "statements.ndjson, line 2" in output
    assert "seq 1" in output
    (desk.folder / "statements.ndjson").write_bytes(b"".join(line + b"\n" for line in whole))
    desk.roster("site", *more)


def test_a_desk_with_two_statements_at_one_place_signs_nothing_more(desk: Desk, tmp_path: Path) -> None:
    copy = Desk(tmp_path / "copy")
    succeed("authority", "request", tmp_path / "unused", "--root", desk.folder / "root.json", "--no-passphrase")
    copy.folder.mkdir()
    for path in desk.folder.iterdir():
        (copy.folder / path.name).write_bytes(path.read_bytes())
        (copy.folder / path.name).chmod(path.stat().st_mode)
    desk.roster("site", "--site", STORE, "--category", "office", "--name", "KPU")
    copy.roster("site", "--site", VILLAGE, "--category", "office", "--name", "KPU")
    with (desk.folder / "statements.ndjson").open("ab") as file:
        file.write(copy.lines()[-1] + b"\n")
    assert "fork" in desk.refuses("site", "--site", VILLAGE, "--category", "office", "--name", "KPU")


def test_a_line_torn_by_a_power_cut_is_cut_off_and_the_chain_goes_on(desk: Desk) -> None:
    whole = desk.lines()
    with (desk.folder / "statements.ndjson").open("ab") as file:
        file.write(whole[-1][:100])
    assert "power cut" in desk.roster("site", "--site", STORE, "--category", "office", "--name", "KPU")
    assert desk.lines()[:-1] == whole
    assert {verdict.effect for verdict in desk.replay().verdicts} == {None}


def test_two_commands_cannot_work_in_one_desk_at_a_time(desk: Desk) -> None:
    with (desk.folder / "statements.ndjson").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "another command works" in refused("roster", "list", "--desk", desk.folder)
    assert "KPU Kota Bandung" in succeed("roster", "list", "--desk", desk.folder)


def test_the_list_tells_what_is_pending_and_what_each_statement_says(desk: Desk) -> None:
    listed = succeed("roster", "list", "--desk", desk.folder)
    assert listed.count("pending") == 2
    key = keyid(b64decode(statement.parse(desk.lines()[0]).body.key))
    assert key in listed
    assert succeed("roster", "list", "--desk", desk.folder, "--pending").count("\n") == 5


def test_a_folder_that_is_no_desk_is_named(tmp_path: Path) -> None:
    ended = custody("roster", "list", "--desk", tmp_path)
    assert ended.code not in (0, None)
    assert f"{tmp_path} is no desk" in ended.output
