"""`scanner-agent` as people run it."""

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT

import click
import pytest
from click.testing import CliRunner, Result

from custody.command_sheet import command_sheet
from custody.core.canonical import b64encode
from custody.core.errors import ConfigFault, CustodyError, Unavailable
from custody.core.keys import fingerprint
from custody.core.proof import check_receipt
from custody.core.roster import check_possession, request_codec
from custody.files import load_key
from scanner_agent import texts
from scanner_agent.cli import cli
from scanner_agent.config import AgentConfig, load
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.zbar import INSTALL, pyzbar_available
from tests.agent.scene import PIN, Scene, sync
from tests.agent.simulated_ledger import serve
from tests.world import site_id

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config/agent.toml"
PAGE = ROOT / "docs/commands.md"


@pytest.fixture
def config(scene: Scene, tmp_path: Path) -> Iterator[str]:
    """The settings file of a device that the ledger knows."""
    with serve(scene.ledger) as url:
        scene.config(tmp_path, url)
        yield str(tmp_path / "agent.toml")


def agent(*words: str, lines: list[str] | None = None) -> Result:
    result = CliRunner().invoke(cli, words, input="".join(f"{line}\n" for line in lines or []))
    if isinstance(result.exception, CustodyError):
        raise result.exception
    return result


def init(folder: Path, known: str, **changes: str) -> Result:
    options = {"site": site_id(1), "url": "http://127.0.0.1:1", "vkey": known, "entry0": "0" * 64} | changes
    return agent("init", str(folder), *(word for name, value in options.items() for word in (f"--{name}", value)))


def test_init_makes_a_private_key_an_outbox_settings_and_an_enrolment_request(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "agent"
    output = init(folder, scene.ledger.vkey).output
    config = load(folder / "agent.toml")
    key = load_key(config.key)
    request = request_codec.decode((folder / "device.request.json").read_bytes())
    check_possession(request)
    assert (request.role, request.log) == ("device", scene.world.origin)
    assert fingerprint(key.keyid) in output
    assert stat.S_IMODE(config.key.stat().st_mode) == 0o600
    status = agent("status", "--config", str(folder / "agent.toml")).output
    assert "0 menunggu / pending" in status
    assert "Releases of other devices, not sent yet: 0" in status


@pytest.mark.parametrize("digits", [True, False])
def test_the_sheet_is_of_this_devices_own_codes_and_of_digits_where_they_count(
    scene: Scene, config: str, tmp_path: Path, digits: bool
) -> None:
    settings = load(Path(config))
    if digits:
        scene.ledger.append(scene.world.policy(digit_codes=True).envelope)
        sync(settings)
    sheet = tmp_path / "sheet.pdf"
    agent("sheet", "--config", config, "--to", str(sheet))
    assert sheet.read_bytes() == command_sheet(scene.device.keyid, settings.site, digits=digits)


def test_init_never_writes_over_a_key(scene: Scene, tmp_path: Path) -> None:
    init(tmp_path, scene.ledger.vkey)
    before = (tmp_path / "device.pem").read_bytes()
    with pytest.raises(ConfigFault, match="exists"):
        init(tmp_path, scene.ledger.vkey)
    assert (tmp_path / "device.pem").read_bytes() == before


@pytest.mark.parametrize("made", [["device.pem"], ["device.pem", "outbox.sqlite"]], ids=["the key", "the outbox"])
def test_init_that_was_cut_off_goes_on_with_the_same_key(scene: Scene, tmp_path: Path, made: list[str]) -> None:
    init(tmp_path / "whole", scene.ledger.vkey)
    (tmp_path / "agent").mkdir()
    for name in made:
        (tmp_path / "whole" / name).rename(tmp_path / "agent" / name)
    key = load_key(tmp_path / "agent/device.pem")
    assert fingerprint(key.keyid) in init(tmp_path / "agent", scene.ledger.vkey).output
    request = request_codec.decode((tmp_path / "agent/device.request.json").read_bytes())
    assert request.key == b64encode(key.public)
    assert "0 menunggu" in agent("status", "--config", str(tmp_path / "agent/agent.toml")).output


@pytest.mark.parametrize(
    ("option", "value"), [("site", "Bandung"), ("vkey", "x"), ("entry0", "abc"), ("url", "ledger.example"),
     ("url", "http://[bad"), ("url", "http://")],
)  # fmt: skip
def test_init_with_a_wrong_setting_makes_nothing(scene: Scene, tmp_path: Path, option: str, value: str) -> None:
    folder = tmp_path / "agent"
    with pytest.raises(ConfigFault):
        init(folder, scene.ledger.vkey, **{option: value})
    assert not folder.exists()


def test_run_takes_a_script_and_fails_if_a_line_was_refused(scene: Scene, config: str, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text(f"{scene.ann.badge}\n{PIN}\naction store\n{scene.label(1)}\nconfirm\nwait receipts\n")
    assert agent("run", "--config", config, "--script", str(script)).exit_code == 0
    assert agent("run", "--config", config, lines=["nonsense"]).exit_code == 1


def test_status_sync_and_receipts_show_what_is_there(scene: Scene, config: str, tmp_path: Path) -> None:
    agent("run", "--config", config, lines=[scene.ann.badge, PIN, "action store", scene.label(1), "confirm"])
    synced = agent("sync", "--config", config)
    assert synced.exit_code == 0
    status = agent("status", "--config", config).output
    assert "0 menunggu / pending, 1 berbukti / receipted, 0 karantina / quarantined" in status
    assert f"Checkpoint {scene.world.origin}: {len(scene.ledger.entries)} " in status
    to = tmp_path / "receipts"
    agent("receipts", "--config", config, "--to", str(to))
    [proof] = to.iterdir()
    index, _, _ = check_receipt(proof.read_bytes(), load(Path(config)).verifier)
    assert proof.name == f"{index}.tlog-proof"


def test_sync_without_a_ledger_says_so(scene: Scene, tmp_path: Path) -> None:
    scene.config(tmp_path)
    with pytest.raises(Unavailable, match="does not answer"):
        agent("sync", "--config", str(tmp_path / "agent.toml"))


def test_what_was_refused_is_listed_shown_and_released(scene: Scene, config: str) -> None:
    scene.ledger.refusals["*"] = {"detail": "the signature is bad", "retry": False}
    agent("run", "--config", config, lines=[scene.ann.badge, PIN, "action store", scene.label(1), "confirm"])
    assert agent("sync", "--config", config).exit_code == 1
    listed = agent("quarantine", "list", "--config", config)
    assert (listed.exit_code, "refused" in listed.output, "the signature is bad" in listed.output) == (1, True, True)
    shown = agent("quarantine", "show", "1", "--config", config).output
    assert json.loads(shown)["detail"] == "the signature is bad"
    scene.ledger.refusals.clear()
    agent("quarantine", "release", "1", "--resend", "--config", config)
    assert agent("quarantine", "list", "--config", config).exit_code == 0
    assert "reviewed" in agent("quarantine", "list", "--all", "--config", config).output
    assert agent("sync", "--config", config).exit_code == 0
    assert "1 berbukti / receipted" in agent("status", "--config", config).output


@pytest.mark.parametrize("command", ["show", "release"])
def test_an_incident_that_there_is_not_is_told(config: str, command: str) -> None:
    with pytest.raises(ConfigFault, match="no such incident"):
        agent("quarantine", command, "7", "--config", config)


def test_a_number_that_no_incident_can_have_is_wrong_usage(config: str) -> None:
    assert agent("quarantine", "release", "9" * 23, "--config", config).exit_code == 2


def test_a_session_that_cannot_be_read_is_ended_unsigned_and_the_next_begins(scene: Scene, config: str) -> None:
    outbox = Outbox(load(Path(config)).outbox)
    outbox.add_draft(b"\xff")
    outbox.close()
    for told in (True, False):
        said = io.StringIO()
        assert run_agent(load(Path(config)), io.StringIO(""), said) == 0
        assert (texts.NOT_RESTORED[0] in said.getvalue()) is told


def test_nobody_sees_a_stack_trace(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("scanner-agent")
    ended = subprocess.run([program, "run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("scanner-agent: ")
    assert "scanner-agent init" in ended.stderr


def test_a_run_says_once_that_libzbar_is_missing_and_what_brings_it(config: str, tmp_path: Path) -> None:
    """pyzbar itself finds no library, as on a machine without libzbar0."""
    hide = "util.find_library = lambda name, find=util.find_library: name != 'zbar' and find(name)"
    (tmp_path / "sitecustomize.py").write_text(f"from ctypes import util\n{hide}\n")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])}
    program = Path(sys.executable).with_name("scanner-agent")
    command = [program, "run", "--config", config]
    ended = subprocess.run(command, input="status\n", capture_output=True, text=True, env=env, timeout=60, check=True)
    told = [line.strip() for line in ended.stdout.splitlines() if "zbar" in line]
    assert told == [f"{' / '.join(texts.NO_ZBAR)}: {INSTALL}"]


def test_ctrl_c_ends_an_agent_that_waits_at_the_keyboard(scene: Scene, config: str) -> None:
    program = Path(sys.executable).with_name("scanner-agent")
    with subprocess.Popen(
        [program, "run", "--config", config], stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write("help\n")
        running.stdin.flush()
        told = ""
        while texts.HELP[1] not in told:
            told += running.stdout.readline()
        assert ("zbar" in told) is not pyzbar_available()
        running.send_signal(signal.SIGINT)
        said = running.stdout.read()
        assert texts.STOPPED[1] in said
        assert "Fatal" not in said
        assert running.wait(10) == 1


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """(name as typed, command) of every command that is no group."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            subcommand = command.get_command(context, below)
            assert subcommand is not None
            yield from commands(f"{name} {below}", subcommand)
    else:
        yield name, command


ALL = dict(commands("scanner-agent", cli))
SECTIONS = dict(
    re.findall(
        r"^### `(scanner-agent [a-z -]+?)(?: [A-Z]+)?`\n(.*?)(?=^##|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
)


def test_the_page_of_commands_has_these_commands_and_no_others() -> None:
    assert set(SECTIONS) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_command_and_all_of_its_options_are_explained(name: str) -> None:
    options = {parameter.opts[0]: parameter for parameter in ALL[name].params if isinstance(parameter, click.Option)}
    assert ALL[name].help
    assert all(option.help for option in options.values())
    assert set(re.findall(r"`(--[a-z0-9]+)`", SECTIONS[name])) == set(options)


def test_commands_that_look_into_the_outbox_do_without_what_cameras_and_screens_need() -> None:
    light = ("init", "status", "receipts", "quarantine", "erase")
    asked = (
        f"import sys; from scanner_agent.subcommands import {', '.join(light)}\n"
        "print(*{'cv2', 'numpy', 'flask', 'httpx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


PATHS = ("key", "outbox", "documents")


def test_the_example_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    example = load(EXAMPLE)
    least = tmp_path / "agent.toml"
    least.write_text(
        f'site = "{example.site}"\n[log]\nurl = "{example.log.url}"\nvkey = "{example.log.vkey}"\n'
        f'entry0 = "{example.log.entry0}"\n'
    )
    shortest = load(least)
    text = EXAMPLE.read_text()
    for name in AgentConfig.__struct_fields__:
        assert name in text
        if name not in PATHS:
            assert getattr(example, name) == getattr(shortest, name)
    for name in PATHS:
        assert getattr(example, name) == EXAMPLE.parent / getattr(shortest, name).name


@pytest.mark.parametrize(
    ("change", "match"),
    [("", "does not hold"), ("colour = 1\n", "does not hold"), ("site = 'x'\n", "wrong setting"), ("\xff", "not hold"),
     ("outbox = 5\n", "not hold")],
)  # fmt: skip
def test_settings_that_are_wrong_are_told(tmp_path: Path, change: str, match: str) -> None:
    text = EXAMPLE.read_text()
    path = tmp_path / "agent.toml"
    changed = text.replace('site = "414/9521234567899/254/34.71"\n', change)
    path.write_bytes(changed.encode("latin-1", "replace"))
    with pytest.raises(ConfigFault, match=match):
        load(path)
