"""Agents, auditors and desks before a running ledger that asks for a token, or keeps its newest from the public."""

import io
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import Struct

from custody.accounts import tokens
from custody.accounts.store import ACCOUNTS, Store
from custody.cli.desk import Settings, make_desk
from custody.core.errors import TokenNeeded
from custody.files import write_durably
from scanner_agent.cli import cli
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from tests.agent.scene import PIN, Scene, sync
from tests.cli.programs import Ended, custody
from tests.web.serving import Serving, make_log

HOUR = 3_600_000
UNAVAILABLE = 4


class Served(Struct):
    """A running ledger of a scene, and an auditor of its log."""

    scene: Scene
    serving: Serving
    folder: Path

    def token(self, label: str) -> Path:
        """The file of a new one."""
        with self.store.writing() as work:
            token = tokens.issue(work, label)
        write_durably(self.folder / f"{label}.token", f"{token}\n".encode(), 0o600)
        return self.folder / f"{label}.token"

    def revoke(self, label: str) -> None:
        with self.store.writing() as work:
            tokens.revoke(work, label)

    @property
    def store(self) -> Store:
        return Store(self.folder / "private" / ACCOUNTS)

    @property
    def entry0(self) -> bytes:
        return self.serving.client.get(
            "/api/v1/log/entries/0",
            headers={"Authorization": f"Bearer {(self.folder / 'tests.token').read_text().strip()}"},
        ).content

    def verify(self, *more: object, settings: str = "") -> Ended:
        config = self.folder / "auditor.toml"
        url = self.serving.url + self.serving.prefix
        digest = sha256(self.entry0).hexdigest()
        config.write_text(f'vkey = "{self.serving.vkey}"\nentry0 = "{digest}"\nurl = "{url}"\n{settings}')
        return custody("audit", "verify", "--config", config, "--workers", 0, *more)


def served(folder: Path, read_access: str) -> Iterator[Served]:
    scene = Scene()
    config = make_log(folder, scene.world, more=f'read_access = "{read_access}"')
    with Serving(config) as serving:
        serving.accepted(scene.roster[1:])
        found = Served(scene, serving, folder)
        found.token("tests")
        yield found


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from served(tmp_path_factory.mktemp("closed"), "token")


def test_an_auditor_verifies_with_a_token_and_is_told_without(closed: Served) -> None:
    without = closed.verify()
    assert (without.code, "only to who has a read token" in without.output) == (UNAVAILABLE, True), without.output
    assert "--token-file" in without.output
    file = closed.token("auditor")
    assert closed.verify("--token-file", file).code == 0
    assert closed.verify("--from-start", settings='token_file = "auditor.token"\n').code == 0
    place = closed.serving.url + closed.serving.prefix
    named = closed.verify("--folder", place, "--token-file", file, "--json")
    assert (named.code, msgspec.json.decode(named.output)["resumed_from"]) == (0, 0)
    closed.revoke("auditor")
    revoked = closed.verify("--from-start", "--token-file", file)
    assert (revoked.code, "does not take this read token" in revoked.output) == (UNAVAILABLE, True), revoked.output


def test_the_settings_token_is_shown_to_no_other_log_than_theirs(closed: Served) -> None:
    closed.token("own")
    place = closed.serving.url + closed.serving.prefix
    found = closed.verify("--folder", place, settings='token_file = "own.token"\n')
    assert (found.code, "only to who has a read token" in found.output) == (UNAVAILABLE, True), found.output


def test_a_token_that_others_can_read_is_not_used(closed: Served) -> None:
    file = closed.token("open")
    file.chmod(0o644)
    found = closed.verify("--token-file", file)
    assert (found.code, "chmod 600" in found.output) == (1, True), found.output
    file.chmod(0o600)
    file.write_text("hunter2\n")
    assert "holds no read token" in closed.verify("--token-file", file).output


def test_a_log_that_keeps_its_newest_back_is_verified_with_a_token_and_says_so_without(tmp_path: Path) -> None:
    for found in served(tmp_path, "public"):
        found.serving.accepted([found.scene.world.policy(public_delay_ms=6 * HOUR)])
        found.serving.accepted([found.scene.world.event("inspect")])
        without = found.verify()
        assert (without.code, "keeps its newest entries" in without.output) == (UNAVAILABLE, True), without.output
        assert "--token-file" in without.output
        assert "WIB" in without.output
        assert found.verify("--token-file", found.token("auditor")).code == 0


def test_a_desk_fetches_with_a_token_and_remembers_where_it_lies(closed: Served, tmp_path: Path) -> None:
    world = closed.scene.world
    settings = Settings(
        log=world.origin, authority=world.authority.key.keyid, ledger=closed.serving.url, vkey=closed.serving.vkey
    )
    make_desk(tmp_path, settings, world.root_statement.envelope, [])
    without = custody("roster", "fetch", "--desk", tmp_path)
    assert (without.code, "--token-file" in without.output) == (UNAVAILABLE, True), without.output
    file = closed.token("desk")
    assert "Brought: " in custody("roster", "fetch", "--desk", tmp_path, "--token-file", file).output
    assert custody("roster", "fetch", "--desk", tmp_path).output.endswith("Brought: 0\n")


def test_figures_are_asked_of_a_running_ledger_with_a_token(closed: Served) -> None:
    url = closed.serving.url
    without = custody("status", "--url", url)
    assert (without.code, "--token-file" in without.output) == (UNAVAILABLE, True), without.output
    assert custody("status", "--url", url, "--token-file", closed.token("status")).code == 0


def test_an_agent_whose_token_is_revoked_goes_on_delivering_and_says_what_it_lacks(
    closed: Served, tmp_path: Path
) -> None:
    closed.token("agent")
    settle = (tmp_path, closed.serving.url, closed.serving.vkey, closed.entry0)
    path = tmp_path / "agent.toml"
    config = closed.scene.settle(*settle)
    with pytest.raises(TokenNeeded, match="token_file"):
        sync(config)
    assert "Token baca" in CliRunner().invoke(cli, ["doctor", "--config", str(path)]).output
    config = closed.scene.settle(*settle, token_file=closed.folder / "agent.token")
    assert sync(config)
    assert "Token baca" not in CliRunner().invoke(cli, ["doctor", "--config", str(path)]).output
    closed.revoke("agent")
    session = [closed.scene.ann.badge, PIN, "action inspect", closed.scene.label(1), "confirm", "wait receipts"]
    assert run_agent(config, io.StringIO("\n".join(session)), io.StringIO()) == 0
    outbox = Outbox(config.outbox)
    assert (outbox.counts().pending, len(list(outbox.receipts()))) == (0, 1)
    outbox.close()
    with pytest.raises(TokenNeeded, match="revoked"):
        sync(config)
    found = CliRunner().invoke(cli, ["doctor", "--config", str(path)])
    assert "Token baca" in found.output
    assert "revoked" in found.output
