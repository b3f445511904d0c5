"""The server process: it starts or says why not, stops without cutting anyone off, and survives being killed."""

import shutil
import signal
import sqlite3
import subprocess
import time
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Thread

import httpx
import pytest

from custody.core.note import Verifier
from custody.core.proof import check_receipt
from custody.core.statement import Statement
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from tests.web.serving import CUSTODY, SOON_S, Serving, lines, make_log
from tests.web.test_limits import post_head
from tests.world import World


def refused_start(config_file: Path) -> str:
    """What `custody serve` says when it must not start: one line in each language that has it."""
    ended = subprocess.run(
        [CUSTODY, "serve", "--config", str(config_file)], capture_output=True, text=True, timeout=SOON_S, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    said = ended.stderr.splitlines()
    assert len(said) in (1, 2)
    assert all(line.startswith("custody: ") for line in said), ended.stderr
    return said[-1]


def roll_back(folder: Path) -> None:
    """Puts back a database from before the guard's checkpoint."""
    shutil.rmtree(folder / "data")
    shutil.copytree(folder / "older", folder / "data")


def write_a_second_revision(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data/ledger.db")) as database, database:
        database.execute("INSERT INTO alembic_version VALUES ('0000')")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "log.pem").chmod(0o644), "chmod 600"),
        (lambda folder: (folder / "log.pem").unlink(), "log.pem cannot be read"),
        (lambda folder: (folder / "guard").unlink(), "guard"),
        (lambda folder: (folder / "guard").write_bytes(b"x"), "guard"),
        (lambda folder: (folder / "data/ledger.db").unlink(), "custody init"),
        (lambda folder: (folder / "data/ledger.db").write_bytes(b"x" * 4096), "damaged"),
        (roll_back, "guard"),
        (write_a_second_revision, "twice what wrote it"),
        (lambda folder: (folder / "ledger.toml").write_text("listen = 5"), "ledger.toml"),
        (lambda folder: (folder / "ledger.toml").unlink(), "ledger.toml cannot be read"),
    ],
    ids=["open key", "no key", "no guard", "false guard", "no database", "false database", "rolled back",
         "two revisions",
         "bad settings", "no settings"],
)  # fmt: skip
def test_a_ledger_that_must_not_open_ends_the_program_with_one_line_in_each_language(
    tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    world = World()
    config_file = make_log(tmp_path, world)
    shutil.copytree(tmp_path / "data", tmp_path / "older")
    ledger = Ledger.open(settings.load(config_file))
    ledger.submit([one.envelope for one in world.roster[1:]])
    ledger.close()
    spoil(tmp_path)
    assert says in refused_start(config_file)


def test_the_server_says_where_its_portal_is_and_passkeys_are_made_for_that(ledger: Serving) -> None:
    said = dict(line.split(maxsplit=1) for line in ledger.said)
    port = ledger.address[1]
    assert said["Portal:"] == f"http://localhost:{port}"
    assert f"http://localhost:{port}" in ledger.client.get("/sign-in", headers={"Accept": "text/html"}).text


def test_the_server_says_the_portals_address_that_the_settings_have(tmp_path: Path) -> None:
    with Serving(make_log(tmp_path, World(), more='url = "https://logistik.example"')) as serving:
        assert "Portal:           https://logistik.example" in serving.said


def test_a_second_server_on_the_same_log_does_not_start(ledger: Serving) -> None:
    assert "in use" in refused_start(ledger.config_file)
    assert ledger.get("/healthz").status_code == 200


def test_an_address_that_is_taken_is_named(ledger: Serving, tmp_path: Path) -> None:
    config_file = make_log(tmp_path, World())
    address = f"127.0.0.1:{ledger.address[1]}"
    config_file.write_text(config_file.read_text().replace("127.0.0.1:0", address))
    assert address in refused_start(config_file)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_first_answers_what_is_under_way(tmp_path: Path, how: signal.Signals) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as serving:
        body = lines(world.roster[1:])
        with serving.connect() as connection:
            connection.sendall(post_head(f"Content-Length: {len(body)}") + body[:100])
            time.sleep(0.3)
            serving.process.send_signal(how)
            time.sleep(0.3)
            connection.sendall(body[100:])
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.count(b'"status":"accepted"') == len(world.roster) - 1
        assert serving.process.wait(SOON_S) == 0
    # The database was closed: nothing is left for the next start to recover.
    assert [path.name for path in (tmp_path / "data").glob("*-wal")] == []


def test_what_was_acknowledged_before_a_kill_is_there_after_it_at_the_same_index(tmp_path: Path) -> None:
    world = World(devices=3)
    acknowledged: dict[str, int] = {}
    sent: list[Statement] = []

    with Serving(make_log(tmp_path, world)) as serving:
        serving.accepted(world.roster[1:])
        for pause in (0.05, 0.2, 0.4):
            client = Thread(target=send_until_cut_off, args=(serving, world, sent, acknowledged))
            client.start()
            time.sleep(pause)
            serving.stop(signal.SIGKILL)
            client.join()
            serving.start()
            resend(serving, sent, acknowledged)

        assert len(acknowledged) == len({one.id for one in sent}) > 0
        assert serving.get_json("/readyz")["size"] == len(world.roster) + len(acknowledged)
        for device in world.devices:
            chain = serving.get_json(f"/api/v1/devices/{device.key.keyid}")
            assert (chain["seq"], chain["head"]) == (device.seq, device.head)
            assert (chain["missing"], chain["forks"]) == ([], [])


def send_until_cut_off(serving: Serving, world: World, sent: list[Statement], acknowledged: dict[str, int]) -> None:
    try:
        while True:
            batch = world.handovers(6)
            sent += batch
            acknowledged.update((one["id"], one["index"]) for one in serving.accepted(batch))
    except httpx.HTTPError:
        pass


def resend(serving: Serving, sent: list[Statement], acknowledged: dict[str, int]) -> None:
    """Sends everything again: what was acknowledged keeps its index, what was not gets one."""
    for at in range(0, len(sent), 500):
        for answer in serving.accepted(sent[at : at + 500]):
            known = acknowledged.setdefault(answer["id"], answer["index"])
            assert known == answer["index"]
            assert check_receipt(b64decode(answer["receipt"]), serving.verifier)[0] == known


def test_init_makes_a_log_that_serves_and_prints_what_its_auditors_need(tmp_path: Path) -> None:
    world = World()
    root = tmp_path / "root.json"
    root.write_bytes(world.root_statement.envelope)
    folder = tmp_path / "log"

    def init(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [CUSTODY, "init", *map(str, arguments)], capture_output=True, text=True, timeout=SOON_S, check=False
        )

    made = init(folder, "--root", root, "--listen", "127.0.0.1:0")

    assert made.returncode == 0, made.stderr
    assert "guard" in made.stderr  # it is on the file system of the data here
    assert (folder / "log.pem").stat().st_mode & 0o777 == 0o600
    with Serving(folder / "ledger.toml") as serving:
        printed = made.stdout
        vkey = next(word for word in printed.split() if word.startswith(f"{world.origin}+"))
        index, first, _ = check_receipt(serving.get("/api/v1/log/proof/0").content, Verifier(vkey))
        assert index == 0
        assert sha256(first).hexdigest() in printed
    before = sorted(path.stat().st_mtime_ns for path in folder.rglob("*"))
    again = init(folder, "--root", root)
    assert again.returncode == 1
    assert "exists" in again.stderr
    assert sorted(path.stat().st_mtime_ns for path in folder.rglob("*")) == before


@pytest.mark.parametrize("content", [b"", b"{}", World().roster[1].envelope])
def test_init_refuses_what_is_no_root_statement_and_leaves_nothing_behind(tmp_path: Path, content: bytes) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(content)
    ended = subprocess.run(
        [CUSTODY, "init", str(tmp_path / "log"), "--root", str(root)],
        capture_output=True, text=True, timeout=SOON_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.startswith("custody: ")
    assert not list(tmp_path.rglob("*.pem"))
    assert not list(tmp_path.rglob("*.toml"))


def test_fsck_finds_a_sound_log_sound_and_names_a_flipped_byte(tmp_path: Path) -> None:
    world = World()
    config_file = make_log(tmp_path, world)
    with Serving(config_file) as serving:
        serving.accepted([*world.roster[1:], *world.handovers(20)])

    def fsck() -> tuple[int, str]:
        command = [CUSTODY, "fsck", "--config", str(config_file)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SOON_S, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    assert fsck() == (0, "Utuh / Sound.\n")
    database = tmp_path / "data/ledger.db"
    # SQLite leaves copies of rows in places that it no longer reads: all of them are changed.
    good = world.roster[3].envelope
    database.write_bytes(database.read_bytes().replace(good[:100], good[:40] + b"x" + good[41:100]))
    code, said = fsck()
    assert code == 1
    assert "entry" in said


def test_a_database_that_newer_software_wrote_ends_with_a_code_of_its_own(tmp_path: Path) -> None:
    config_file = make_log(tmp_path, World())
    with closing(sqlite3.connect(tmp_path / "data/ledger.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    command = [CUSTODY, "serve", "--config", str(config_file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SOON_S, check=False)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "newer software" in ended.stderr
