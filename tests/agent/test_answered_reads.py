"""The whole agent with a scanner that speaks back: it beeps when a read is durable, and not before; and when not."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from scanner_agent import texts
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.sources.serial import SerialConfig
from tests.agent.scene import Scene, sync
from tests.agent.simulated_ledger import serve
from tests.agent.simulated_scanners import Honeywell, Zebra
from tests.world import item_id

GOOD_BEEP, REJECT_BEEP = "05 E6 04 00 00 FF 11", "05 E6 04 00 12 FE FF"
LOW_BEEP = "05 E6 04 00 05 FF 0C"
LED_ON, LED_OFF = "05 E7 04 00 01 FF 0F", "05 E8 04 00 01 FF 0E"


@pytest.fixture
def config(scene: Scene, tmp_path: Path) -> Iterator[AgentConfig]:
    with serve(scene.ledger) as url:
        config = scene.config(tmp_path, url)
        sync(config)  # the roster, by which labels are judged
        yield config


class Lines(io.StringIO):
    """A terminal at which a test scans, line by line."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines
        self.failure: BaseException | None = None

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except (AssertionError, ValueError) as failure:
            self.failure = failure  # of the thread that reads lines, which would swallow it
            raise StopIteration from None


def run(config: AgentConfig, source: SerialConfig, lines: Iterator[str], hook: Callable[[str], None]) -> str:
    said, typed = io.StringIO(), Lines(lines)
    refused = run_agent(msgspec.structs.replace(config, source=[source]), typed, said, hook)
    if typed.failure:
        raise AssertionError(said.getvalue()) from typed.failure
    assert refused == 0, said.getvalue()
    return said.getvalue()


def test_a_zebra_beeps_once_a_read_is_durable_and_rejects_what_is_no_label(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    beeps_when_durable: list[int] = []
    with Zebra(tmp_path) as zebra:
        assert isinstance(zebra, Zebra)

        def hook(step: str) -> None:
            if step == "draft-durable":
                beeps_when_durable.append(sum(command[1] == 0xE6 for command in zebra.commands))

        def lines() -> Iterator[str]:
            yield "action store\n"
            assert zebra.has("07 C6 04 00 FF EE 01 FD 41", "07 C6 04 00 FF 38 00 FD F8")
            zebra.scan(scene.label(1).encode())
            yield "wait items 1\n"
            assert zebra.has(GOOD_BEEP, LED_ON)
            zebra.scan(b"http://elsewhere.example/not-a-label")
            assert zebra.has(REJECT_BEEP, LED_OFF)
            zebra.scan(b"\xff\xfe")
            assert zebra.has(REJECT_BEEP, LED_OFF, REJECT_BEEP, LED_OFF)

        said = run(config, SerialConfig(device=str(zebra.line.device), profile="zebra-ssi"), lines(), hook)
    assert beeps_when_durable == [0, 0], "the action, then the item"
    assert said.count("[X]") == 2
    assert "\a" not in said[said.index("[OK] Barang terbaca") :], "the scanner beeps, the terminal does not"


def test_a_honeywell_that_waits_goes_on_once_its_read_is_durable(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    with Honeywell(tmp_path) as honeywell:
        assert isinstance(honeywell, Honeywell)
        steps: list[str] = []

        def lines() -> Iterator[str]:
            yield "action store\n"
            for number in range(1, 6):
                assert honeywell.scan(scene.label(number).encode() + b"\r"), "it would sound its error tone"
                yield f"wait items {number}\n"
            assert honeywell.has(*[Honeywell.ACCEPT, Honeywell.LIGHT] * 5), honeywell.signals

        run(config, SerialConfig(device=str(honeywell.line.device), profile="honeywell"), lines(), steps.append)
    assert steps.count("draft-durable") == 6
    outbox = Outbox(config.outbox)
    assert len(outbox.draft()) == 6
    outbox.close()


def test_a_honeywell_hears_that_a_badge_was_read_though_nothing_is_recorded_of_it(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    with Honeywell(tmp_path) as honeywell:
        assert isinstance(honeywell, Honeywell)

        def lines() -> Iterator[str]:
            yield "action handover\n"
            assert honeywell.scan(scene.ann.badge.encode() + b"\r"), "it would sound its error tone"

        run(config, SerialConfig(device=str(honeywell.line.device), profile="honeywell"), lines(), lambda _step: None)


def test_a_honeywell_is_told_of_a_repeated_read_what_became_of_that_one(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    """Two good beeps are two boxes for whoever counts by ear."""
    with Honeywell(tmp_path) as honeywell:
        assert isinstance(honeywell, Honeywell)

        def lines() -> Iterator[str]:
            yield "action store\n"
            taken, refused = [Honeywell.ACCEPT, Honeywell.LIGHT], [Honeywell.REJECT] * 2
            told: list[bytes] = []
            answers = (
                (scene.label(1), taken),
                ("menu", refused),
                (scene.label(1), [Honeywell.LOW_BEEP]),
                ("menu", refused),
            )
            for text, answer in answers:
                assert honeywell.scan(text.encode() + b"\r"), "it would sound its error tone"
                told += answer  # it reads no more before it has all of it
                assert honeywell.has(*told), honeywell.signals
            yield "wait items 1\n"

        source = SerialConfig(device=str(honeywell.line.device), profile="honeywell", window=60)
        said = run(config, source, lines(), print)
    assert said.count(f"[=] {' / '.join(texts.AGAIN)}: {item_id(1)}") == 1


def test_a_zebra_gives_one_good_beep_for_an_item_and_a_low_one_for_each_further_read(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    with Zebra(tmp_path) as zebra:
        assert isinstance(zebra, Zebra)

        def lines() -> Iterator[str]:
            yield "action store\n"
            assert zebra.scan(scene.label(1).encode())
            yield "wait items 1\n"
            assert zebra.has(GOOD_BEEP, LED_ON)
            zebra.scan(scene.label(1).encode())
            assert zebra.has(GOOD_BEEP, LED_ON, LOW_BEEP)
            zebra.scan(scene.label(2).encode())
            assert zebra.has(LOW_BEEP, GOOD_BEEP, LED_ON)

        said = run(config, SerialConfig(device=str(zebra.line.device), profile="zebra-ssi"), lines(), print)
    assert said.count(f"[=] {' / '.join(texts.AGAIN)}: {item_id(1)}") == 1
    outbox = Outbox(config.outbox)
    assert len(outbox.draft()) == 3, "the action and two items"
    outbox.close()
