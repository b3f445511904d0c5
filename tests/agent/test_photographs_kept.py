"""How long photographs and notes stay in the outbox, and what is erased or never is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from custody.core import statement
from custody.core.event import Event
from scanner_agent import schema
from scanner_agent.cli import cli
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from tests.agent.scene import Scene
from tests.agent.typed_lines import inspection, run, uploads


def kept_kinds(config: AgentConfig) -> list[str]:
    with closing(sqlite3.connect(config.outbox)) as db:
        return [kind for (kind,) in db.execute("SELECT kind FROM private ORDER BY kind")]


def test_what_was_private_to_a_session_goes_with_it_unless_a_statement_names_it(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene), f"photo {photo}", "note rahasia pertama", "confirm")
    assert kept_kinds(config) == ["note", "photo"]
    [named] = [hash_ for hash_, _ in signed_photographs(config)]
    run(config, f"photo {photo}", "note rahasia kedua", f"scan {named}", f"ref {named}")
    assert kept_kinds(config) == ["note", "note", "photo", "photo"], "a session that is open keeps what it has"
    run(config, "cancel")
    assert kept_kinds(config) == ["note", "photo"], "and what others have named stays"
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.private(named)
    assert b"rahasia kedua" not in config.outbox.read_bytes()
    journal = config.outbox.with_name(config.outbox.name + "-journal")
    assert not journal.exists() or b"rahasia kedua" not in journal.read_bytes()
    run(config, *inspection(scene), "note rahasia ketiga", "undo", "note rahasia keempat", "confirm")
    assert kept_kinds(config) == ["note", "note", "photo"]
    assert b"ketiga" not in config.outbox.read_bytes()
    assert b"keempat" in config.outbox.read_bytes()


def signed_photographs(config: AgentConfig) -> list[tuple[str, str]]:
    """(hash, statement)"""
    with closing(sqlite3.connect(config.outbox)) as db:
        return list(db.execute("SELECT hash, statement FROM photograph"))


def test_an_outbox_of_the_version_before_sends_the_photographs_that_its_statements_name(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}", f"photo {photo}"), "confirm")
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(old) as db:
        at = schema.STEPS.index(next(step for step in schema.STEPS if "photograph" in step))
        db.executescript("".join(schema.STEPS[:at]) + f"PRAGMA user_version = {at};")
        db.execute(f"ATTACH '{config.outbox}' AS whole")
        for table in ("statement", "private", "draft", "session_end"):
            db.execute(f"INSERT INTO {table} SELECT * FROM whole.{table}")
    outbox = Outbox(old, oldest=1)
    assert str(outbox.photographs()).startswith("2 menunggu")
    outbox.close()


def test_what_became_of_a_photograph_is_never_changed_or_deleted(tmp_path: Path, scene: Scene, photo: Path) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}"), "confirm")
    outbox = Outbox(config.outbox)
    outbox.end_photograph("0" * 64, "refused", 1, "why")
    outbox.close()
    with sqlite3.connect(config.outbox) as db:
        for change in ("DELETE FROM photograph", "UPDATE upload SET outcome = 'sent'", "DELETE FROM upload"):
            with pytest.raises(sqlite3.IntegrityError, match=r"nothing is (changed|deleted)"):
                db.execute(change)


def test_what_is_erased_leaves_no_byte_behind_and_the_chain_goes_on(scene: Scene, tmp_path: Path, photo: Path) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}", "note Pak Anu basah"), "confirm")
    with closing(Outbox(config.outbox)) as outbox:
        [pending] = outbox.pending(9, 10**6)
        event = statement.parse(pending.envelope).body
        assert isinstance(event, Event)
        contents = {hash_: outbox.private(hash_) or b"" for hash_ in (event.photos[0], event.note or "")}
    files = sorted(tmp_path.glob("outbox.sqlite*"))
    for hash_, content in contents.items():
        assert any(content[-12:] in file.read_bytes() for file in files)
        erase = ["erase", hash_, "--config", str(tmp_path / "agent.toml")]
        assert CliRunner().invoke(cli, erase, input="n\n").exit_code == 1
        assert any(content[-12:] in file.read_bytes() for file in files)
        result = CliRunner().invoke(cli, [*erase, "--yes"])
        assert result.exit_code == 0, result.output
        assert not any(content[-12:] in file.read_bytes() for file in files)
        assert CliRunner().invoke(cli, [*erase, "--yes"]).exit_code == 1
    assert uploads(config) == (0, 0, 0)
    assert run(config, *inspection(scene), "confirm")[0] == 0
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.counts().pending == 2
