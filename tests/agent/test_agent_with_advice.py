"""The agent with a snapshot of its site: warned before anything is signed, and never kept from signing it."""

import io
from contextlib import closing
from pathlib import Path

import pytest

from custody.core.snapshot import Advised, Released
from scanner_agent import exchange_texts, texts
from scanner_agent.config import AgentConfig
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Observer
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.storage import load_trust, open_alone
from tests.agent.scene import PIN, Scene, sync
from tests.agent.typed_lines import events, said
from tests.photos import jpeg_file
from tests.world import item_id, key_of, site_id

HERE, RELEASE = site_id(1), "a" * 64


def run(config: AgentConfig, *lines: str) -> str:
    """What was said; no line may be refused."""
    out = io.StringIO()
    assert run_agent(config, io.StringIO("".join(f"{line}\n" for line in lines)), out) == 0, out.getvalue()
    return out.getvalue()


def for_budi(scene: Scene) -> Advised:
    released = Released(id=RELEASE, to=HERE, receiver=scene.budi.handler)
    return Advised(item=item_id(1), site=site_id(0), to=HERE, release=released)


def test_what_looks_wrong_is_shown_first_and_recorded_at_the_second_confirm(scene: Scene, config: AgentConfig) -> None:
    scene.advise(for_budi(scene))
    sync(config)
    accept = [scene.ann.badge, PIN, "action accept", scene.label(1)]
    output = run(config, *accept, "confirm")
    assert (said(output, texts.LOOK), "[accepted-by-another]" in output, events(config)) == (True, True, [])
    run(config, scene.ann.badge, PIN, "confirm", "confirm", "wait receipts")
    [event] = events(config)
    assert (event.warnings, event.refs) == (["accepted-by-another"], [RELEASE])


def test_who_it_was_released_to_accepts_it_at_once(scene: Scene, config: AgentConfig) -> None:
    scene.advise(for_budi(scene))
    sync(config)
    assert not said(run(config, scene.budi.badge, PIN, "action accept", scene.label(1), "confirm"), texts.LOOK)
    [event] = events(config)
    assert (event.warnings, event.refs) == ([], [RELEASE])


def test_what_was_recorded_before_a_restart_counts(scene: Scene, config: AgentConfig, tmp_path: Path) -> None:
    scene.advise(Advised(item=item_id(1), custodian=HERE, site=HERE, seals=["seal/kpu/1"]))
    sync(config)
    (tmp_path / "seal.jpg").write_bytes(jpeg_file())
    photo = f"photo {tmp_path / 'seal.jpg'}"
    unseal = ["action unseal", scene.label(1), "scan seal/kpu/1", "reason x", photo, "confirm"]
    seal = ["action seal", scene.label(1), "scan seal/kpu/2", "reason x", "confirm"]
    run(config, scene.ann.badge, PIN, scene.budi.badge, PIN, *unseal, scene.ann.badge, PIN, *seal)
    output = run(
        config, scene.ann.badge, PIN, "action inspect", scene.label(1), "scan seal/kpu/2", "reason x", "confirm"
    )
    assert not said(output, texts.LOOK)
    output = run(
        config, scene.ann.badge, PIN, "action inspect", scene.label(1), "scan seal/kpu/1", "reason x", "confirm"
    )
    assert "[seal-differs]" in output


@pytest.mark.parametrize("fault", ["a stranger's key", "another site's"])
def test_a_snapshot_that_is_not_an_advisors_of_this_site_is_told_and_not_used(
    scene: Scene, config: AgentConfig, fault: str
) -> None:
    if fault == "another site's":
        scene.advise(for_budi(scene), site=2)
    else:
        scene.advise(for_budi(scene), key=key_of("stranger"))
    assert texts.NO_ADVICE in sync(config)
    output = run(config, scene.ann.badge, PIN, "action accept", scene.label(1), "confirm")
    assert (said(output, texts.LOOK), len(events(config))) == (False, 1)


def test_a_ledger_whose_tables_are_not_ready_holds_up_nothing_but_advice(scene: Scene, config: AgentConfig) -> None:
    scene.ledger.faults["/api/v1/snapshot"] = lambda: (503, b"{}")
    assert sync(config) == [exchange_texts.ROSTER, exchange_texts.ENROLLED, texts.NO_ADVICE]


def test_an_older_snapshot_does_not_take_the_place_of_a_newer_one(scene: Scene, config: AgentConfig) -> None:
    scene.advise(for_budi(scene))
    older = scene.ledger.snapshots[HERE]
    scene.roster.append(scene.world.enrol_device(key_of("another")))
    scene.ledger.append(scene.roster[-1].envelope)
    scene.advise(for_budi(scene))
    sync(config)
    outbox = Outbox(config.outbox)
    newer = outbox.basis()
    scene.ledger.snapshots[HERE] = older
    scene.ledger.append(scene.world.enrol_device(key_of("one more")).envelope)
    sync(config)
    assert outbox.basis() == newer
    outbox.close()


def test_a_snapshot_does_not_outlive_the_trust_in_its_advisor(scene: Scene, config: AgentConfig) -> None:
    scene.advise(for_budi(scene))
    sync(config)
    scene.ledger.append(scene.world.revoke(scene.advisor.keyid).envelope)
    assert texts.NO_ADVICE in sync(config)
    assert not said(run(config, scene.ann.badge, PIN, "action accept", scene.label(1), "confirm"), texts.LOOK)


def test_whether_a_snapshot_is_still_the_same_is_asked_twice_for_each_size_of_the_log(
    scene: Scene, config: AgentConfig
) -> None:
    scene.advise(for_budi(scene))
    ledger = scene.ledger
    ledger.headers["ETag"] = 'W/"same"'
    with open_alone(config) as (outbox, device):
        trust = load_trust(config, outbox)
        with closing(Exchange(config, outbox, trust, device, Observer())) as exchange:
            exchange.run_pass()
            ledger.faults["/api/v1/snapshot"] = lambda: (304, b"")
            for name, times in (("one", 3), ("two", 5)):
                ledger.append(scene.world.enrol_device(key_of(name)).envelope)
                for _ in range(4):
                    exchange.run_pass()
                assert ledger.asked.count("/api/v1/snapshot") == times


DEPARTURE = "d" * 64


def of_release(number: int, **more: str) -> Advised:
    return Advised(item=item_id(number), site=site_id(0), to=HERE, release=Released(id=RELEASE, to=HERE), **more)


PAPERS = {
    "a release": ([of_release(1), of_release(2)], RELEASE),
    "of what is in a crate, the crate": ([of_release(1), of_release(2), of_release(3, container=item_id(2))], RELEASE),
    "a departure": ([of_release(number, departure=DEPARTURE) for number in (1, 2)], DEPARTURE),
    "and nothing of another": ([of_release(1), of_release(2), Advised(item=item_id(3), site=HERE)], RELEASE),
}


@pytest.mark.parametrize(("advised", "paper"), PAPERS.values(), ids=PAPERS.keys())
def test_the_paper_of_another_device_says_x_of_y_as_the_ledger_knew_it(
    scene: Scene, config: AgentConfig, advised: list[Advised], paper: str
) -> None:
    scene.advise(*advised)
    sync(config)
    output = run(config, "action arrive", f"scan {paper}", scene.label(1), scene.label(9), scene.label(2))
    assert [f"{number} dari 2" in output for number in (0, 1, 2)] == [True, True, True]
    assert output.count(texts.EXTRA[0]) == 1, "the one that is on no paper"
    assert not said(output, texts.LIST_NOT_HELD)


def test_what_its_list_lacked_is_reported_by_one_command(scene: Scene, config: AgentConfig) -> None:
    scene.advise(of_release(1), of_release(2))
    sync(config)
    accept = [scene.ann.badge, PIN, "action accept", f"scan {RELEASE}", scene.label(1), "confirm", "confirm"]
    run(config, *accept, "report-missing", scene.ann.badge, PIN, "confirm")
    accepted, missing = events(config)
    assert (accepted.refs, accepted.warnings) == ([RELEASE], ["manifest-missing"])
    assert (missing.kind, missing.items) == ("missing", [item_id(2)])


def test_of_a_paper_that_nobody_here_knows_the_agent_says_how_its_list_is_had(
    scene: Scene, config: AgentConfig
) -> None:
    scene.advise(of_release(1))
    sync(config)
    output = run(config, "action arrive", f"scan {'b' * 64}", scene.label(1))
    assert (said(output, texts.LIST_NOT_HELD), f"{texts.ITEM[0]}, 1 dari" in output) == (True, False)


def test_without_advice_nothing_is_warned_of(scene: Scene, config: AgentConfig) -> None:
    sync(config)
    assert not said(run(config, scene.ann.badge, PIN, "action accept", scene.label(1), "confirm"), texts.LOOK)
