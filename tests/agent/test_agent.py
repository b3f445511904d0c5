"""The whole agent, from a script to receipts: what is signed of a session, and what is not."""

from hashlib import sha256
from pathlib import Path

import pytest

from custody.core.event import Paper, ReadingOf
from scanner_agent import members, pictures, texts
from scanner_agent.config import AgentConfig
from scanner_agent.inputs import Chosen, Given
from scanner_agent.outbox import Outbox
from tests.agent.scene import PIN, Scene, person
from tests.agent.standing import standing
from tests.agent.typed_lines import events, run, said
from tests.photos import jpeg_file
from tests.world import item_id, key_of, site_id


def test_a_handover_ends_in_a_receipt(scene: Scene, config: AgentConfig) -> None:
    run(config)
    roster = len(scene.ledger.entries)
    refused, output = run(
        config,
        scene.ann.badge, PIN, "action handover", f"to {site_id(2)}", scene.label(1), f"scan {scene.label(2)}",
        scene.budi.badge, f"pin {PIN}", "confirm", "wait receipts", "status",
    )  # fmt: skip
    assert refused == 0, output
    assert said(output, texts.SIGNED)
    assert "0 menunggu / pending, 1 berbukti / receipted" in output
    [event] = events(config)
    assert (event.releaser, event.receiver, event.to) == (scene.ann.handler, scene.budi.handler, site_id(2))
    assert (event.items, event.site) == ([item_id(1), item_id(2)], config.site)
    assert event.read is not None
    assert (event.read.source, event.read.label, event.warnings) == ("manual", "valid", [])
    assert event.clock.size == roster
    assert len(event.signers) == 3


def test_without_a_network_everything_is_signed_and_waits(scene: Scene, tmp_path: Path) -> None:
    config = scene.config(tmp_path)
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(1), "confirm")
    assert refused == 0, output
    assert said(output, texts.NO_ROSTER)
    [event] = events(config)
    assert (event.clock.size, event.warnings) == (0, ["label-bad"])


def test_a_session_later_the_chain_goes_on(scene: Scene, config: AgentConfig) -> None:
    for number in range(2):
        run(config, scene.ann.badge, PIN, "action store", scene.label(number), "confirm", "wait receipts")
    first, second = events(config)
    assert (first.seq, second.seq) == (1, 2)
    assert second.clock.size > first.clock.size


def test_keys_do_not_outlive_their_session(scene: Scene, config: AgentConfig) -> None:
    first = [scene.ann.badge, PIN, "action store", scene.label(1), "confirm"]
    refused, output = run(config, *first, "action store", scene.label(2), "confirm", scene.budi.badge, PIN, "confirm")
    assert refused == 1
    assert said(output, texts.NOT_YET)
    assert [event.receiver for event in events(config)] == [scene.ann.handler, scene.budi.handler]
    assert scene.ann.key.keyid not in events(config)[1].signers


def test_a_forged_label_is_warned_of_and_recorded(scene: Scene, config: AgentConfig) -> None:
    run(config)
    forged = scene.label(1)[:-8] + "AAAAAAAA"
    refused, output = run(config, scene.ann.badge, PIN, "action store", forged, scene.label(2), "confirm")
    assert (refused, said(output, texts.VERDICTS["forged"])) == (0, True)
    [event] = events(config)
    assert event.read is not None
    assert event.read.others == [ReadingOf(source="manual", label="valid", items=[1])]
    assert (event.read.label, event.warnings) == ("forged", ["label-bad"])


def test_notes_vehicles_and_papers_are_hashed_with_random_bytes_and_kept(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    photograph = tmp_path / "tanda terima.jpg"
    photograph.write_bytes(jpeg_file())
    lines = [
        scene.ann.badge,
        PIN,
        "action handover",
        f"paper {photograph}",
        "vehicle AB 1234 CD, Pak Anu",
        "note basah",
    ]
    refused, output = run(config, *lines, scene.label(1), "confirm")
    assert refused == 0, output
    [event] = events(config)
    assert isinstance(event.receiver, Paper)
    outbox = Outbox(config.outbox)
    for hash_, content in [
        (event.receiver.paper, pictures.take_file(photograph)),
        (event.vehicle, b"AB 1234 CD, Pak Anu"),
        (event.note, b"basah"),
    ]:
        salted = outbox.private(hash_ or "")
        assert salted is not None
        assert (salted[16:], sha256(salted).hexdigest()) == (content, hash_)
    outbox.close()


@pytest.mark.parametrize(
    "line", ["paper nowhere.jpg", "paper {text}", "paper {large}", "note", "note {long}", "vehicle"]
)
def test_what_is_no_note_and_no_photograph_is_refused(config: AgentConfig, tmp_path: Path, line: str) -> None:
    text, large = tmp_path / "a.txt", tmp_path / "b.jpg"
    text.write_text("text")
    large.write_bytes(jpeg_file() + bytes(32 * 1024 * 1024))
    refused, output = run(config, "action accept", line.format(text=text, large=large, long="x" * 2001))
    assert (refused, "Traceback" in output) == (1, False)


def test_ids_that_were_typed_need_a_reason_which_is_kept_beside_the_note(scene: Scene, config: AgentConfig) -> None:
    lines = [scene.ann.badge, PIN, "action store", scene.label(1), item_id(2), "note basah", "confirm"]
    refused, output = run(config, *lines)
    assert (refused, said(output, texts.FIELDS["reason"]), events(config)) == (1, True, [])
    refused, output = run(config, scene.ann.badge, PIN, "reason label robek", "confirm")
    assert refused == 0, output
    [event] = events(config)
    assert event.read is not None
    assert [(one.label, one.items) for one in event.read.others] == [("unsigned", [1])]
    outbox = Outbox(config.outbox)
    salted = outbox.private(event.note or "")
    outbox.close()
    assert salted is not None
    assert salted[16:].decode().splitlines() == ["basah", "Alasan mengetik / Reason for typing: label robek"]


def test_a_correction_names_the_last_statement_by_the_word_last(scene: Scene, config: AgentConfig) -> None:
    refused, output = run(config, scene.ann.badge, PIN, "action correct", "ref last")
    assert (refused, said(output, texts.NO_STATEMENT)) == (1, True)
    run(config, "action accept", scene.ann.badge, PIN, scene.label(1), "confirm")
    refused, output = run(
        config, scene.ann.badge, PIN, "action correct", "ref last", "condition wet", scene.label(1), "confirm"
    )
    assert refused == 0, output
    outbox = Outbox(config.outbox)
    wrong = outbox.id_at(scene.device.keyid, 1)
    outbox.close()
    assert [event.refs for event in events(config)] == [[], [wrong]]


def test_a_badge_of_nobody_on_the_roster_is_warned_of_and_recorded(scene: Scene, config: AgentConfig) -> None:
    run(config)
    stranger = person(9, scene.world.origin)
    _, output = run(config, stranger.badge, PIN, "action store", scene.label(1), "confirm")
    assert said(output, texts.BADGES["signer-unknown"])
    assert events(config)[0].warnings == ["signer-unknown"]


def test_what_the_ledger_would_refuse_for_good_does_not_become_a_link_of_the_chain(
    scene: Scene, config: AgentConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(members.FIELDS, "quantity", int)
    lines = [scene.ann.badge, PIN, "action commission", "kind box", f"quantity {2**60}", scene.label(1), "confirm"]
    refused, output = run(config, *lines)
    assert (refused, said(output, texts.WOULD_BE_REFUSED), events(config)) == (1, True, [])


def test_a_session_that_no_statements_can_hold_is_told_as_too_much(scene: Scene, config: AgentConfig) -> None:
    refs = [f"ref {number:064x}" for number in range(650)]
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(1), *refs, "confirm")
    assert (refused, said(output, texts.TOO_LONG), events(config)) == (1, True, [])


def test_a_session_that_the_disk_does_not_take_is_not_stored_and_still_there(scene: Scene, tmp_path: Path) -> None:
    with standing(scene, scene.config(tmp_path)) as at:
        at.agent.give(Chosen("store"))
        at.scan(scene.ann.badge)
        at.keys(PIN)
        at.scan(scene.label(1))
        at.agent.outbox._db.execute("PRAGMA query_only = ON")
        assert not at.agent.confirm()
        assert (at.heard(texts.NOT_STORED), at.events(), at.agent.state.items) == (True, [], [item_id(1)])
        at.agent.outbox._db.execute("PRAGMA query_only = OFF")
        at.clock.ms += 10_000
        assert at.agent.confirm()
        assert len(at.events()) == 1


def test_labels_of_a_key_that_nobody_enrolled_are_of_an_unknown_issuer(scene: Scene, config: AgentConfig) -> None:
    run(config)
    _, output = run(config, scene.label(1, key_of("printer at home")))
    assert said(output, texts.VERDICTS["unknown-issuer"])


@pytest.mark.parametrize("way", ["scan", "to"])
def test_who_names_this_site_as_the_destination_is_told(scene: Scene, tmp_path: Path, way: str) -> None:
    here, there = scene.world.sites[1:3]
    with standing(scene, scene.config(tmp_path)) as at:
        for site, told in ((here, True), (there, False)):
            assert at.scan(site) if way == "scan" else at.agent.give(Given("to", site))
            assert at.heard(texts.OWN_SITE) == told
            at.scan(scene.label(1))
            at.said()
