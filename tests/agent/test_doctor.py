"""The doctor: each check finds its fault, and finds none where there is none."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from scanner_agent import udev
from scanner_agent.cli import cli
from scanner_agent.clock import BEHIND_MS, newest_received
from scanner_agent.config import AgentConfig
from scanner_agent.doctor import Line, clock, disk, examine, ledger, libraries, readers
from scanner_agent.doctor.line import SETTINGS
from scanner_agent.outbox import Outbox
from scanner_agent.schema import STEPS, VERSION
from scanner_agent.sources.hidpos import HidPosConfig
from scanner_agent.sources.keyboard import KeyboardConfig
from scanner_agent.sources.picture_settings import CameraConfig, ReplayConfig
from scanner_agent.sources.serial import SerialConfig
from scanner_agent.sources.table import AnySourceConfig
from scanner_agent.storage import open_alone
from tests.agent.machine import KEYPAD_KEYS, Machine, ReportingScanner, TypingScanner
from tests.agent.scene import Scene, sync
from tests.agent.simulated_ledger import serve
from tests.agent.test_hidpos import HONEYWELL
from tests.agent.test_nodes import plug_in_tty


@pytest.fixture
def config(scene: Scene, tmp_path: Path) -> Iterator[AgentConfig]:
    """An agent that has met its ledger."""
    with serve(scene.ledger) as url:
        config = scene.config(tmp_path, url)
        sync(config)
        yield config


@pytest.fixture
def outbox(config: AgentConfig) -> Iterator[Outbox]:
    with closing(Outbox(config.outbox)) as outbox:
        yield outbox


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def doctor(config: AgentConfig, *more: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", "--config", str(config.key.with_name("agent.toml")), *more])


def one(lines: Iterator[Line]) -> Line:
    (line,) = lines
    return line


# The command


def test_a_sound_agent_gets_no_wrong_line_and_exit_0(config: AgentConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where tests put their files may be in memory.
    monkeypatch.setattr(disk, "file_system", lambda *_: Line("ok", ("Sistem berkas", "File system"), "ext4"))
    result = doctor(config)
    assert (result.exit_code, "[X]" in result.output) == (0, False), result.output
    for what in (
        "Reader",
        "Libraries",
        "zbar",
        "Clock",
        "Disk space",
        "File system",
        "Writes",
        "key",
        "Ledger",
        "Roster",
    ):
        assert what in result.output


def test_one_wrong_line_is_exit_1_with_its_command(config: AgentConfig) -> None:
    config.key.chmod(0o644)
    result = doctor(config)
    assert result.exit_code == 1
    assert "[X] salah / wrong · Kunci perangkat / Device key" in result.output
    assert f"chmod 600 {config.key}" in result.output


def test_a_lost_outbox_is_a_line_and_the_other_checks_are_done(config: AgentConfig) -> None:
    config.outbox.unlink()
    *others, last = examine(config, config.key.with_name("agent.toml"))
    assert (last.level, "is not there" in last.found, len(others) > 5) == ("wrong", True, True)


def test_an_outbox_of_an_older_version_is_a_line_and_left_to_the_agent_to_bring_up_to_date(config: AgentConfig) -> None:
    def version() -> int:
        with closing(sqlite3.connect(config.outbox)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])

    config.outbox.unlink()
    with closing(sqlite3.connect(config.outbox)) as db:
        db.executescript(f"{STEPS[0]} PRAGMA user_version = 1;")
    *_, last = examine(config, config.key.with_name("agent.toml"))
    assert (last.level, "start the agent once" in last.found, version()) == ("wrong", True, 1)
    with open_alone(config):
        assert version() == VERSION
    assert "no outbox" not in str([line.found for line in examine(config, config.key.with_name("agent.toml"))])


# Readers


def test_no_reader_in_the_settings_is_worth_attention(machine: Machine) -> None:
    assert one(readers.check([], machine.nodes)).level == "attention"


def test_a_scanner_is_found_with_its_vendor_and_product_and_missed_when_unplugged(machine: Machine) -> None:
    scanner = TypingScanner(machine)
    scanner.plug_in()
    settings: list[AnySourceConfig] = [KeyboardConfig(usb="0C2E:0B61")]
    line = one(readers.check(settings, machine.nodes))
    assert (line.level, "0c2e:0b61" in line.found) == ("ok", True)
    scanner.unplug()
    line = one(readers.check(settings, machine.nodes))
    assert (line.level, line.mend is not None) == ("wrong", True)


@pytest.mark.parametrize("setting", [KeyboardConfig, HidPosConfig, SerialConfig])
def test_a_scanner_named_by_its_path_that_is_unplugged_is_no_device_of_another_kind(
    machine: Machine, setting: type[KeyboardConfig | HidPosConfig | SerialConfig]
) -> None:
    line = one(readers.check([setting(device=str(machine.root / "dev/gone"))], machine.nodes))
    assert (line.level, "not plugged in" in line.found) == ("wrong", True)


def test_a_keypad_is_not_taken_for_the_keyboard_scanner_of_the_settings(machine: Machine) -> None:
    TypingScanner(machine, keys=KEYPAD_KEYS).plug_in()
    assert one(readers.check([KeyboardConfig(usb="0c2e:0b61")], machine.nodes)).level == "wrong"


def test_a_scanner_that_may_not_be_opened_gets_the_udev_rule(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in_tty(machine, "ttyACM0", "0c2e", "0b6a")
    (machine.root / "dev/ttyACM0").touch()
    settings: list[AnySourceConfig] = [SerialConfig(usb="0c2e:0b6a")]
    assert one(readers.check(settings, machine.nodes)).level == "ok"
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may open everything
    line = one(readers.check(settings, machine.nodes))
    assert (line.level, line.mend) == ("wrong", udev.INSTALL)


def test_a_camera_that_is_not_there_is_wrong_and_one_that_is_there_is_not(machine: Machine) -> None:
    settings: list[AnySourceConfig] = [CameraConfig(device=3)]
    assert one(readers.check(settings, machine.nodes)).level == "wrong"
    (machine.root / "dev/video3").touch()
    assert one(readers.check(settings, machine.nodes)).level == "ok"


def test_of_a_camera_at_an_address_no_password_is_shown(machine: Machine) -> None:
    settings: list[AnySourceConfig] = [CameraConfig(device="http://user:secret@127.0.0.1:1/live?token=secret")]
    assert "secret" not in str(one(readers.check(settings, machine.nodes)))


def test_a_replay_without_its_file_is_wrong(machine: Machine, tmp_path: Path) -> None:
    assert one(readers.check([ReplayConfig(path=str(tmp_path / "none"))], machine.nodes)).level == "wrong"
    assert one(readers.check([ReplayConfig(path=str(tmp_path))], machine.nodes)).level == "ok"


def test_scanners_that_are_plugged_in_and_in_no_settings_are_listed(machine: Machine) -> None:
    ReportingScanner(machine, HONEYWELL).plug_in()
    first, second = readers.check([], machine.nodes)
    assert (first.level, second.level) == ("attention", "ok")
    assert "0c2e:0b6a" in second.found
    assert "hidraw2" in second.found
    assert one(readers.check([HidPosConfig(usb="0c2e:0b6a")], machine.nodes)).level == "wrong"  # no device file


# The udev rule


def test_the_rules_give_the_group_access_and_keep_desktop_and_modem_manager_away(
    machine: Machine, config: AgentConfig
) -> None:
    plug_in_tty(machine, "ttyACM0", "05e0", "1701")
    (machine.root / "dev/ttyACM0").touch()
    settings: list[AnySourceConfig] = [
        KeyboardConfig(usb="0C2E:0B61"),
        HidPosConfig(usb="0c2e:0b6a"),
        SerialConfig(device=str(machine.root / "dev/ttyACM0")),
    ]
    head, *rules = udev.rules(settings, machine.nodes).splitlines()
    assert (head[0], len(rules)) == ("#", 4)
    assert all('GROUP="scanner-agent", MODE="0660"' in rule for rule in rules[:3])
    assert ('"0c2e"' in rules[0], 'ENV{LIBINPUT_IGNORE_DEVICE}="1"' in rules[0]) == (True, True)
    assert 'ATTRS{id/vendor}=="0c2e", ATTRS{id/product}=="0b61"' in rules[0]
    assert 'SUBSYSTEM=="hidraw", KERNELS=="*:0C2E:0B6A.*"' in rules[1]
    assert ('SUBSYSTEM=="tty"' in rules[2], '"1701"' in rules[2]) == (True, True)
    assert ('SUBSYSTEM=="usb"' in rules[3], 'ENV{ID_MM_DEVICE_IGNORE}="1"' in rules[3]) == (True, True)
    assert doctor(config, "--udev").output.startswith("# Scanners for the group scanner-agent")


# Libraries and clock


def test_zbar_is_missed_with_the_command_that_brings_it() -> None:
    versions, zbar = libraries.check(lambda: False)
    assert "zxing-cpp 3" in versions.found
    assert (zbar.level, zbar.mend) == ("attention", "sudo apt-get install libzbar0")


def test_a_clock_behind_the_log_is_wrong_and_one_that_nobody_keeps_worth_attention(outbox: Outbox) -> None:
    newest = newest_received(outbox)
    assert newest > 0
    assert one(clock.check(outbox, lambda: newest, lambda: True)).level == "ok"
    assert one(clock.check(outbox, lambda: newest, lambda: False)).level == "attention"
    assert one(clock.check(outbox, lambda: newest - BEHIND_MS, lambda: True)).level == "ok"
    assert one(clock.check(outbox, lambda: newest - BEHIND_MS - 1, lambda: True)).level == "wrong"


# The disk


@pytest.mark.parametrize(("mebibytes", "level"), [(2000, "ok"), (500, "attention"), (50, "wrong")])
def test_a_disk_that_fills_up_is_told_in_time(mebibytes: int, level: str, tmp_path: Path) -> None:
    assert disk.space(mebibytes * 1024 * 1024, tmp_path).level == level


@pytest.mark.parametrize(
    ("kind", "level"), [("ext4", "ok"), ("btrfs", "ok"), ("tmpfs", "wrong"), ("nfs4", "wrong"), ("vfat", "wrong")]
)
def test_a_file_system_that_forgets_or_is_elsewhere_is_wrong(kind: str, level: str) -> None:
    mounts = f"/dev/a / ext4 rw 0 0\nx /srv/the\\040agent {kind} rw 0 0\nx /srv/the\\040agent2 ramfs rw 0 0\n"
    line = disk.file_system(Path("/srv/the agent/outbox"), mounts)
    assert (line.level, kind in line.found) == (level, True)


def test_a_file_system_that_hides_another_is_the_one_that_counts() -> None:
    mounts = "/dev/a /srv tmpfs rw 0 0\n/dev/b /srv ext4 rw 0 0\n"
    assert disk.file_system(Path("/srv/agent"), mounts).level == "ok"


def test_a_disk_that_is_slow_or_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk.fsync(tmp_path).level == "ok"
    assert list(tmp_path.iterdir()) == []
    assert disk.fsync(tmp_path / "none").level == "wrong"
    monkeypatch.setattr(disk, "_written", lambda _: 250.0)
    assert disk.fsync(tmp_path).level == "attention"


def test_a_key_that_is_not_there_or_that_others_may_read_is_wrong(config: AgentConfig) -> None:
    assert disk.key(config.key).level == "ok"
    config.key.chmod(0o640)
    assert disk.key(config.key).level == "wrong"
    config.key.unlink()
    assert disk.key(config.key).level == "wrong"


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (errno.EROFS, "sudo mount -o remount,rw \"$(findmnt -no TARGET -T '/srv/an agent')\""),
        (errno.EACCES, "sudo chown $USER '/srv/an agent'"),
        (errno.ENOSPC, "sudo apt-get clean; df -h"),
    ],
)
def test_a_folder_that_takes_nothing_is_mended_by_why_it_does_not(
    number: int, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(disk.tempfile, "NamedTemporaryFile", refuse)
    assert disk.fsync(Path("/srv/an agent")).mend == mend


def test_a_key_is_mended_by_what_is_wrong_with_it(config: AgentConfig) -> None:
    config.key.chmod(0o640)
    assert str(disk.key(config.key).mend).startswith("chmod 600 ")
    config.key.write_text("garbage")
    config.key.chmod(0o600)
    assert str(disk.key(config.key).mend).startswith("scanner-agent init")
    config.key.unlink()
    assert str(disk.key(config.key).mend).startswith("ls -l ")


def test_without_the_outboxs_folder_the_other_checks_are_done(config: AgentConfig, tmp_path: Path) -> None:
    away = msgspec.structs.replace(config, outbox=tmp_path / "a disk" / "outbox.sqlite")
    found = {line.what[1]: line for line in examine(away, tmp_path / "agent.toml")}
    assert (found["File system"].level, found["Device key"].level) == ("wrong", "ok")
    assert f"ls -ld '{tmp_path}/a disk'" in str(found["File system"].mend)


def test_every_command_that_mends_names_the_settings_and_so_works_from_any_folder(
    config: AgentConfig, outbox: Outbox, scene: Scene
) -> None:
    scene.advise()
    outbox.report("chain-behind", None, 1, "seq 3", "{}")
    settings = config.key.with_name("agent.toml").rename(config.key.with_name("an agent.toml"))
    config = msgspec.structs.replace(config, source=[SerialConfig(device="/dev/null")])
    mends = [line.mend for line in examine(config, settings) if line.mend]
    ours = [mend for mend in mends if "scanner-agent sync" in mend or "scanner-agent quarantine" in mend]
    assert len(ours) == 2
    assert all(mend.endswith(f" --config '{settings}'") for mend in ours)
    assert not any(SETTINGS in mend for mend in mends)


def test_where_the_rules_cannot_be_made_those_there_are_stay(tmp_path: Path) -> None:
    rules = tmp_path / "99.rules"
    rules.write_text("as they were")
    settings = tmp_path / "no agent.toml"
    agent = f"{sys.executable} -m scanner_agent.cli doctor"
    line = Line("wrong", ("", ""), "", udev.INSTALL).naming(settings)
    command = str(line.mend).replace("scanner-agent doctor", agent).replace(f"sudo tee {udev.FILE}", f"tee {rules}")
    assert subprocess.run(["bash", "-c", command.partition(" && sudo")[0]], check=False).returncode == 1
    assert rules.read_text() == "as they were"
    Scene().config(tmp_path).key.with_name("agent.toml").rename(settings)
    assert subprocess.run(["bash", "-c", command.partition(" && sudo")[0]], check=False).returncode == 0
    assert rules.read_text().startswith("# Scanners")


# The ledger and the outbox


def levels(config: AgentConfig, outbox: Outbox) -> dict[str, str]:
    return {line.what[1]: line.level for line in ledger.check(config, outbox)}


def test_the_right_ledger_with_nothing_new_is_in_order(config: AgentConfig, outbox: Outbox) -> None:
    assert levels(config, outbox) == {"Ledger": "ok", "Roster": "ok", "Outbox": "ok"}


def test_a_ledger_out_of_reach_is_no_fault(config: AgentConfig, outbox: Outbox) -> None:
    away = msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, url="http://127.0.0.1:1"))
    assert levels(away, outbox) == {"Ledger": "attention", "Outbox": "ok"}


@pytest.mark.parametrize("what", ["entry0", "vkey"])
def test_another_log_is_wrong(what: str, config: AgentConfig, outbox: Outbox, scene: Scene) -> None:
    if what == "entry0":
        scene.ledger.rewrite(0)
    else:
        scene.ledger.key = scene.labels
    assert levels(config, outbox)["Ledger"] == "wrong"


def test_a_roster_that_went_on_is_to_be_synced(config: AgentConfig, outbox: Outbox, scene: Scene) -> None:
    scene.advise()
    assert levels(config, outbox)["Roster"] == "attention"
    sync(config)
    assert levels(config, outbox)["Roster"] == "ok"


def test_an_incident_is_wrong_until_someone_has_looked(config: AgentConfig, outbox: Outbox) -> None:
    outbox.report("chain-behind", None, 1, "seq 3", "{}")
    assert levels(config, outbox)["To be looked at"] == "wrong"
    outbox.review(1, 2, resend=False)
    assert "To be looked at" not in levels(config, outbox)
