"""A handover between two agents with no network between them: shown, scanned, checked, accepted; and on record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest

from custody.core import carried, entry, statement
from custody.core.canonical import b64encode
from custody.core.errors import Malformed, WrongRole
from custody.core.event import Event
from custody.core.keys import SigningKey
from custody.core.roster import Revoke
from custody.core.statement import Statement
from custody.files import save_key
from scanner_agent import database, exchange_texts, shown, texts
from scanner_agent.config import AgentConfig
from scanner_agent.decode import Decoder
from scanner_agent.handed import Handed
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.serial import SerialConfig
from scanner_agent.state import State
from scanner_agent.trust import Trust
from tests.agent.pictures import enlarge, on_table, qr
from tests.agent.scene import PIN, Scene, sync
from tests.agent.serial_line import Scanner
from tests.agent.typed_lines import Keyboard, Screen, run, said
from tests.printing.rendering import pages
from tests.web.serving import Serving, make_log
from tests.world import World, item_id, key_of, site_id

NO_NETWORK = "http://127.0.0.1:1"


@dataclass
class Two:
    """Two agents that know the roster: the one at site 1 gives, the one at site 2 takes. Neither has a network now."""

    scene: Scene
    ledger: Serving
    giving: AgentConfig
    taking: AgentConfig

    def online(self, config: AgentConfig) -> AgentConfig:
        log = msgspec.structs.replace(config.log, url=self.ledger.url)
        return msgspec.structs.replace(config, log=log)

    def release(self, *numbers: int, to: int = 2) -> list[Statement]:
        """What the giving agent signs."""
        labels = [self.scene.label(number) for number in numbers]
        lines = [self.scene.ann.badge, PIN, "action release", f"to {site_id(to)}", *labels, "confirm"]
        refused, output = run(self.giving, *lines)
        assert (refused, said(output, texts.SHOW)) == (0, True), output
        return released(self.giving, self.scene.device)


@pytest.fixture(scope="module")
def scene() -> Scene:
    scene = Scene()
    scene.roster.append(scene.world.enrol_device(key_of("agent", "taking")))
    return scene


@pytest.fixture(scope="module")
def ledger(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(make_log(tmp_path_factory.mktemp("log"), scene.world)) as serving:
        serving.accepted(scene.roster[1:])
        yield serving


@pytest.fixture
def two(scene: Scene, ledger: Serving, tmp_path: Path, request: pytest.FixtureRequest) -> Two:
    """New devices for each test: no chain is known to the ledger yet."""
    names = [f"{request.node.name}-{which}" for which in ("giving", "taking")]
    keys = [key_of("agent", name[-30:]) for name in names]
    ledger.accepted([scene.world.enrol_device(key) for key in keys])
    scene.device = keys[0]
    configs = [settle(scene, ledger, tmp_path / str(at), key, at + 1) for at, key in enumerate(keys)]
    return Two(scene, ledger, *configs)


def settle(scene: Scene, ledger: Serving, folder: Path, key: SigningKey, site: int) -> AgentConfig:
    folder.mkdir()
    config = scene.settle(folder, ledger.url, ledger.vkey, ledger.get("/api/v1/log/entries/0").content)
    config.key.unlink()
    save_key(config.key, key)
    config = msgspec.structs.replace(config, site=site_id(site))
    sync(config)
    return msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, url=NO_NETWORK))


def run_with(config: AgentConfig, source: Any, lines: Callable[[Screen], Iterator[str]]) -> str:
    """An agent with a reader; `lines` wait for what the screen says."""
    screen = Screen()
    assert run_agent(msgspec.structs.replace(config, source=[source]), Keyboard(lines(screen)), screen) == 0
    return screen.getvalue()


def released(config: AgentConfig, key: SigningKey) -> list[Statement]:
    outbox = Outbox(config.outbox)
    release = shown.last_release(outbox, key.keyid)
    outbox.close()
    return release


def signed(config: AgentConfig) -> list[Event]:
    outbox = Outbox(config.outbox)
    bodies = [statement.parse(pending.envelope).body for pending in outbox.pending(9, 10**6)]
    outbox.close()
    return [body for body in bodies if isinstance(body, Event)]


def accepting(two: Two, *numbers: int) -> list[str]:
    return [*(two.scene.label(number) for number in numbers), two.scene.budi.badge, PIN, "confirm"]


def test_a_release_is_read_from_a_screen_by_camera_and_accepted_and_is_on_record_before_its_device_has_a_network(
    two: Two, tmp_path: Path
) -> None:
    [release] = two.release(1, 2, 3)
    codes = shown.pieces([release], 500)
    assert len(codes) > 2
    for at, text in enumerate(codes[::-1]):
        frame = on_table(enlarge(qr(text, 1), 4))
        blurred = cv2.GaussianBlur(np.pad(frame, 1, constant_values=190), (0, 0), 0.8)
        cv2.imwrite(str(tmp_path / f"shot{at:03}.png"), blurred)

    def lines(screen: Screen) -> Iterator[str]:
        screen.wait_for(texts.RELEASE)
        yield from accepting(two, 1, 2, 3)

    output = run_with(two.taking, CameraConfig(device=str(tmp_path / "shot%03d.png")), lines)
    assert said(output, texts.SIGNED)
    [accept] = signed(two.taking)
    assert (accept.action, accept.refs, accept.site) == ("accept", [release.id], site_id(2))

    sync(two.online(two.taking))
    two.ledger.wait_until_followed()
    on_record = two.ledger.get_json(f"/api/v1/items/{item_id(1)}")["events"]
    assert {event["action"] for event in on_record} == {"release", "accept"}
    outbox = Outbox(two.taking.outbox)
    assert (outbox.carried_pending(), outbox.incidents()) == ([], [])
    outbox.close()
    # Its own device comes later, and finds nothing wrong.
    sync(two.online(two.giving))
    outbox = Outbox(two.giving.outbox)
    assert (outbox.counts().receipted, outbox.counts().pending, outbox.incidents()) == (1, 0, [])
    outbox.close()


def test_a_release_is_read_by_a_serial_scanner_in_any_order_with_pieces_twice_and_one_garbled(
    two: Two, tmp_path: Path
) -> None:
    [release] = two.release(4, 5)
    first, second, *others = shown.pieces([release], 400)
    scanner = Scanner(tmp_path)
    scanner.plug_in()

    def lines(screen: Screen) -> Iterator[str]:
        screen.wait_for(texts.READER_LIVE)
        for text in [*others, second, first.replace("/1/", "/1/0", 1), others[0], first]:
            scanner.send(b"]Q1" + text.encode() + b"\r")
        screen.wait_for(texts.RELEASE)
        yield from accepting(two, 4, 5)

    output = run_with(two.taking, SerialConfig(device=str(scanner.device), window=0), lines)
    scanner.unplug()
    assert output.count("[X]") == 1
    assert said(output, ("Ditolak", "Refused")) or said(
        output, ("Tidak terbaca sebagai label", "Cannot be read as a label")
    )
    assert said(output, texts.SIGNED)
    [accept] = signed(two.taking)
    assert accept.refs == [release.id]


def typed(two: Two, release: list[Statement], *lines: str) -> tuple[int, str]:
    """What the taking agent says of the pieces, typed."""
    return run(two.taking, *(f"scan {text}" for text in shown.pieces(release)), *lines)


def test_what_the_release_says_and_was_not_read_is_told_before_confirming(two: Two) -> None:
    refused, output = typed(two, two.release(1, 2), *accepting(two, 1))
    assert (refused, said(output, texts.LOOK)) == (0, True)
    assert item_id(2) in output
    assert signed(two.taking) == []


def test_a_release_survives_a_restart_of_the_agent_that_takes_it(two: Two) -> None:
    release = two.release(6)
    typed(two, release)
    assert run(two.taking, *accepting(two, 6))[0] == 0
    [accept] = signed(two.taking)
    assert accept.refs == [release[0].id]


def test_a_release_read_again_is_told_so_and_adds_nothing(two: Two) -> None:
    release = two.release(6)
    _, output = typed(two, release + release)
    assert said(output, texts.AGAIN)
    assert output.count(texts.RELEASE[0]) == 1


def test_after_a_cancelled_session_the_release_can_be_read_again(two: Two) -> None:
    release = two.release(7)
    typed(two, release, "cancel")
    typed(two, release, *accepting(two, 7))
    [accept] = signed(two.taking)
    assert accept.refs == [release[0].id]


def test_a_release_for_another_site_is_a_word_and_no_refusal(two: Two) -> None:
    refused, output = typed(two, two.release(8, to=3), *accepting(two, 8))
    assert (refused, said(output, texts.RELEASE_DOUBTFUL)) == (0, True)
    assert texts.FOR_ELSEWHERE[0] in output
    assert len(signed(two.taking)) == 1


def test_a_release_by_a_device_that_nobody_here_knows_is_a_word_kept_and_never_sent(two: Two) -> None:
    stranger = key_of("agent", "a stranger")
    body = two.release(9)[0].body
    assert isinstance(body, Event)
    theirs = msgspec.structs.replace(body, issuer=stranger.keyid, signers=[stranger.keyid])
    foreign = statement.sign(theirs, [stranger])
    refused, output = typed(two, [foreign], *accepting(two, 9))
    assert (refused, texts.SIGNERS["signer-unknown"][0] in output) == (0, True)
    sync(two.online(two.taking))
    outbox = Outbox(two.taking.outbox)
    assert [one.id for one in outbox.carried_pending()] == [foreign.id]
    outbox.close()
    assert two.ledger.client.get(f"{two.ledger.url}/api/v1/statements/{foreign.id}").status_code == 404


def test_a_release_whose_signature_is_another_is_refused_and_the_true_one_taken(two: Two) -> None:
    [true] = two.release(10)
    forged = msgspec.json.decode(true.envelope)
    forged["signatures"][0]["sig"], forged["signatures"][1]["sig"] = (
        forged["signatures"][1]["sig"],
        forged["signatures"][0]["sig"],
    )
    false = statement.parse(msgspec.json.encode(forged))
    assert false.id == true.id
    refused, output = typed(two, [false])
    assert refused == 1
    assert not said(output, texts.RELEASE)
    refused, output = typed(two, [true])
    assert (refused, said(output, texts.RELEASE)) == (0, True)


def test_of_a_device_that_was_unknown_a_false_signature_is_found_before_sending_and_a_true_copy_takes_its_place(
    two: Two,
) -> None:
    late = key_of("agent", "enrolled late")
    body = two.release(17)[0].body
    assert isinstance(body, Event)
    signers = sorted([late.keyid, two.scene.ann.key.keyid])
    theirs = msgspec.structs.replace(body, issuer=late.keyid, signers=signers, seq=1, prev=None)
    true = statement.sign(theirs, [late, two.scene.ann.key])
    other = statement.sign(msgspec.structs.replace(theirs, time=1), [late, two.scene.ann.key])
    forged = msgspec.json.decode(true.envelope)
    forged["signatures"][signers.index(late.keyid)]["sig"] = b64encode(other.signatures[late.keyid])
    false = statement.parse(msgspec.json.encode(forged))
    refused, output = typed(two, [false])
    assert (refused, said(output, texts.RELEASE_DOUBTFUL)) == (0, True)

    two.ledger.accepted([two.scene.world.enrol_device(late)])
    assert exchange_texts.CARRIED_FALSE in sync(two.online(two.taking))
    on_record = f"{two.ledger.url}/api/v1/statements/{true.id}"
    outbox = Outbox(two.taking.outbox)
    [incident] = outbox.incidents()
    assert (incident.statement, outbox.carried_pending()) == (true.id, [])
    outbox.close()
    assert two.ledger.client.get(on_record).status_code == 404

    refused, output = typed(two, [true])
    assert (refused, said(output, texts.AGAIN)) == (0, True)
    sync(two.online(two.taking))
    assert two.ledger.client.get(on_record).status_code == 200


def test_also_of_an_unknown_device_a_known_handlers_signature_must_hold(two: Two) -> None:
    stranger, ann = key_of("agent", "a stranger"), two.scene.ann.key
    body = two.release(16)[0].body
    assert isinstance(body, Event)
    signers = sorted([stranger.keyid, ann.keyid])
    true = statement.sign(msgspec.structs.replace(body, issuer=stranger.keyid, signers=signers), [stranger, ann])
    other = statement.sign(msgspec.structs.replace(true.body, time=1), [stranger, ann])
    forged = msgspec.json.decode(true.envelope)
    forged["signatures"][signers.index(ann.keyid)]["sig"] = b64encode(other.signatures[ann.keyid])
    refused, output = typed(two, [statement.parse(msgspec.json.encode(forged))])
    assert (refused, said(output, texts.RELEASE_DOUBTFUL)) == (1, False)
    refused, output = typed(two, [true])
    assert (refused, said(output, texts.RELEASE_DOUBTFUL)) == (0, True)


def test_another_logs_release_is_refused(two: Two) -> None:
    body = two.release(11)[0].body
    assert isinstance(body, Event)
    keys = [two.scene.device, two.scene.ann.key]
    drill = statement.sign(msgspec.structs.replace(body, log="drill.example/2026"), keys)
    refused, output = typed(two, [drill])
    assert (refused, "another log" in output) == (1, True)


def test_only_a_release_is_taken(two: Two) -> None:
    lines = [two.scene.ann.badge, PIN, "action store", two.scene.label(12), "confirm"]
    assert run(two.giving, *lines)[0] == 0
    outbox = Outbox(two.giving.outbox)
    [stored] = [statement.parse(one.envelope) for one in outbox.pending(9, 10**6)]
    outbox.close()
    refused, output = run(two.taking, *(f"scan {text}" for text in carried.pieces(stored)))
    assert (refused, "expected a release" in output) == (1, True)


def test_a_roster_statement_shown_as_codes_changes_nobodys_standing_until_the_log_brings_it(tmp_path: Path) -> None:
    world = World()
    roster = [entry.encode(signed.envelope, world.time) for signed in world.roster]
    trust = Trust(world.origin, enumerate(roster), world.sites[1])
    database.create(tmp_path / "outbox.db")
    outbox = Outbox(tmp_path / "outbox.db")
    ann, key = world.handler_ids[0], world.handlers[0].keyid
    revocation = world.sign(Revoke, world.authority, key=key, reason="lost")

    [*before, last] = map(carried.parse, carried.pieces(revocation))
    handed = Handed(outbox, trust, lambda _: [], device=world.devices[0].key.keyid, site=world.sites[1])
    for piece in before:
        handed.take(piece, world.time, State())
    with pytest.raises(Malformed, match="expected a release"):
        handed.take(last, world.time, State())
    for ask in (trust.check, lambda signed: trust.examine(signed, world.time)):
        with pytest.raises(WrongRole):
            ask(revocation)
    outbox.close()

    assert trust.badge_warning(ann, key, world.time) is None
    trust.add(len(roster), entry.encode(revocation.envelope, world.time))
    assert trust.badge_warning(ann, key, world.time) == "signer-revoked"


def test_of_a_release_in_parts_the_accept_names_all(two: Two) -> None:
    with_long_ids = [f"plain/kpu/{number:040}" for number in range(900)]
    lines = [two.scene.ann.badge, PIN, "action release", f"to {site_id(2)}", *with_long_ids, "reason rusak", "confirm"]
    assert run(two.giving, *lines)[0] == 0
    parts = released(two.giving, two.scene.device)
    assert len(parts) > 1
    refused, output = typed(two, parts[:1])
    assert (refused, said(output, texts.PART), said(output, texts.RELEASE)) == (0, True, False)
    refused, output = typed(two, parts[1:], *with_long_ids, "reason rusak", two.scene.budi.badge, PIN, "confirm")
    assert (refused, said(output, texts.RELEASE)) == (0, True)
    assert next(accept.refs for accept in signed(two.taking)) == [part.id for part in parts]


def test_the_last_release_is_drawn_in_the_terminal_one_code_at_a_time(two: Two) -> None:
    assert run(two.giving, "show last")[0] == 1
    [release] = two.release(13)
    run(two.giving, two.scene.ann.badge, PIN, "action store", two.scene.label(14), "confirm")
    refused, output = run(two.giving, "show last", "show 1")
    assert (refused, output.count(texts.RELEASE_CODE[0])) == (0, 2)
    picture = _seen(output[: output.index(texts.RELEASE_CODE[0])])
    [read] = Decoder().decode(picture)
    assert not isinstance(read, Exception)
    assert carried.join([carried.parse(read.text)]) == release
    assert run(two.giving, "show 2")[0] == 1


def _seen(drawn: str) -> Any:
    """What a camera sees of half blocks on a dark terminal."""
    rows = [line for line in drawn.splitlines() if set(line) & set("▀▄█")]
    shades = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    width = max(map(len, rows))
    pixels = [[shades[c][half] for c in row.ljust(width)] for row in rows for half in (0, 1)]
    return enlarge(np.pad(np.array(pixels, np.uint8), 4), 4)


def test_the_record_of_an_acceptance_names_who_released(two: Two) -> None:
    refused, output = typed(two, two.release(7), *accepting(two, 7))
    assert refused == 0, output
    [path] = two.taking.documents.iterdir()
    first = pages(path)[0].get_textpage().get_text_range()
    assert first.count(two.scene.ann.handler) == 2
