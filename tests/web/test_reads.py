"""Reading the log: tiles as C2SP has them, proofs, the roster, devices and items. Every proof is checked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core import entry, merkle, statement, tiles
from custody.core.canonical import b64decode, b64encode
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.proof import check_receipt
from custody.ledger import config as settings
from custody.ledger.ledger import Ledger
from custody.web.app import create_app
from tests import go_verifier
from tests.core import rfc9162
from tests.web.serving import Serving, make_log, problem
from tests.world import World, item_id, key_of


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A log of 800 entries, published at several sizes on the way."""
    with Serving(make_log(tmp_path_factory.mktemp("log"), world)) as serving:
        for batch in (world.roster[1:], world.handovers(300), world.handovers(487)):
            serving.accepted(batch, "?receipts=later")
        yield serving


def checkpoint(ledger: Serving) -> Checkpoint:
    return open_checkpoint(ledger.get("/drill/checkpoint").content, ledger.verifier)


def test_the_checkpoint_is_a_note_that_is_cached_for_seconds_at_most(ledger: Serving) -> None:
    response = ledger.get("/drill/checkpoint")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=2"
    assert open_checkpoint(response.content, ledger.verifier).size == 800


def test_the_tiles_hash_to_the_checkpoints_root(ledger: Serving) -> None:
    head = checkpoint(ledger)

    def read(level: int, n: int, width: int) -> bytes:
        return ledger.get(f"/drill/{tiles.tile_path(level, n, width)}").content

    assert merkle.root(head.size, tiles.node_reader(head.size, read)) == head.root
    for tile in tiles.tiles_of(head.size):
        if tile.level == 0:
            bundle = ledger.get(f"/drill/{tiles.entries_path(tile.n, tile.width)}").content
            leaves = b"".join(merkle.leaf_hash(one) for one in tiles.bundle_decode(bundle, tile.width))
            assert leaves == read(0, tile.n, tile.width)


def test_tiles_are_bytes_that_never_change(ledger: Serving) -> None:
    for path in ("tile/0/000", "tile/0/003.p/32", "tile/1/000.p/3", "tile/entries/000", "tile/entries/003.p/32"):
        response = ledger.get(f"/drill/{path}")
        assert (response.status_code, response.headers["content-type"]) == (200, "application/octet-stream"), path
        assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/004", "tile/0/003", "tile/0/003.p/33", "tile/1/000", "tile/2/000", "tile/2/000.p/1",
        "tile/entries/003", "tile/entries/003.p/33", "tile/entries/004",
        "tile/0/0", "tile/00/000", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/x000/000",
        "tile/64/000", "tile/-1/000", "tile/0/000/", "tile/data/000", "tile/0", "tile/0/..%2f000", "tile/0/%00",
    ],
)  # fmt: skip
def test_what_no_checkpoint_published_and_what_is_spelt_otherwise_is_not_there(ledger: Serving, path: str) -> None:
    assert problem(ledger.get(f"/drill/{path}")) == (404, "not-found")


def test_a_log_without_a_path_is_served_at_the_root(tmp_path: Path) -> None:
    world = World(origin="ledger.test")
    config_file = make_log(tmp_path, world)
    config = settings.load(config_file)
    ledger = Ledger.open(config)
    try:
        client = create_app(ledger).test_client()
        assert client.get("/checkpoint").data == ledger.checkpoint()
        assert client.get("/tile/entries/000.p/1").status_code == 200
    finally:
        ledger.close()


def all_entries(ledger: Serving) -> list[bytes]:
    bundles = [tile for tile in tiles.tiles_of(checkpoint(ledger).size) if tile.level == 0]
    return [
        one
        for _, n, width in bundles
        for one in tiles.bundle_decode(ledger.get(f"/drill/{tiles.entries_path(n, width)}").content, width)
    ]


def test_go_accepts_the_running_log_and_its_proofs(ledger: Serving, tmp_path: Path) -> None:
    answer = ledger.get_json("/api/v1/log/consistency?from=313&to=800")
    old, receipt, proof = (tmp_path / name for name in ("1.checkpoint", "2.tlog-proof", "3.consistency"))
    old.write_text(answer["checkpoint"])
    receipt.write_bytes(ledger.get("/api/v1/log/proof/321").content)
    entries = all_entries(ledger)
    roots = {f"{name}_root": b64encode(rfc9162.root(entries[:n])) for name, n in (("old", 313), ("new", 800))}
    proof.write_text(json.dumps({"old_size": 313, "new_size": 800, "proof": answer["proof"], **roots}))

    summary = go_verifier.run(f"{ledger.url}{ledger.prefix}", ledger.vkey, old, receipt, proof)

    assert summary == {
        "origin": ledger.verifier.name, "size": 800, "root": b64encode(checkpoint(ledger).root), "files": 3
    }  # fmt: skip


def test_a_consistency_proof_holds_between_any_two_sizes(ledger: Serving) -> None:
    head, entries = checkpoint(ledger), all_entries(ledger)
    for old, new in ((1, 800), (13, 313), (313, 800), (800, 800), (256, 512)):
        answer = ledger.get_json(f"/api/v1/log/consistency?from={old}&to={new}")
        proof = [b64decode(one) for one in answer["proof"]]
        merkle.verify_consistency(old, rfc9162.root(entries[:old]), new, rfc9162.root(entries[:new]), proof)
        assert open_checkpoint(answer["checkpoint"].encode(), ledger.verifier) == head
    assert ledger.get_json("/api/v1/log/consistency?from=13")["to"] == head.size


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("?from=1&to=801", "bad-proof"), ("?from=2&to=1", "bad-proof"), ("", "malformed"), ("?from=01", "malformed"),
        ("?from=-1", "malformed"), ("?from=1&from=2", "malformed"), ("?from=1&x=2", "malformed"),
        ("?from=1%0a", "malformed"), ("?from=%D9%A1", "malformed"), ("?from=9223372036854775808", "malformed"),
    ],
)  # fmt: skip
def test_sizes_that_have_no_proof_are_refused(ledger: Serving, query: str, kind: str) -> None:
    assert problem(ledger.get(f"/api/v1/log/consistency{query}")) == (400, kind)


def test_an_entry_and_its_proof_are_found_by_index(ledger: Serving) -> None:
    for index in (0, 1, 799):
        response = ledger.get(f"/api/v1/log/entries/{index}")
        assert response.headers["content-type"] == "application/json"
        proof = ledger.get(f"/api/v1/log/proof/{index}")
        assert check_receipt(proof.content, ledger.verifier)[:2] == (index, response.content)
    for path in ("entries/800", "proof/800", "entries/9223372036854775807"):
        assert problem(ledger.get(f"/api/v1/log/{path}")) == (404, "not-found")
    for path in ("entries/01", "entries/-1", "proof/1x", "proof/%D9%A1", "entries/9223372036854775808"):
        assert problem(ledger.get(f"/api/v1/log/{path}")) == (400, "malformed")


def test_a_statement_that_the_log_does_not_have_is_not_found(ledger: Serving) -> None:
    assert problem(ledger.get(f"/api/v1/statements/{'0' * 64}")) == (404, "not-found")
    assert problem(ledger.get(f"/api/v1/statements/{'0' * 63}")) == (400, "malformed")
    assert problem(ledger.get(f"/api/v1/statements/{'A' * 64}")) == (400, "malformed")


def test_what_may_change_is_never_cached_and_an_entry_is(ledger: Serving) -> None:
    for path in ("roster", "log/proof/1", "log/consistency?from=1"):
        assert ledger.get(f"/api/v1/{path}").headers["cache-control"] == "no-store"
    assert "immutable" in ledger.get("/api/v1/log/entries/1").headers["cache-control"]


def roster(ledger: Serving, query: str = "") -> list[str]:
    """The ids of the roster statements that pages of receipts prove, in order."""
    found = []
    following: int | None = None
    while True:
        page = ledger.get_json(f"/api/v1/roster{query if following is None else f'?after={following}'}")
        for receipt in page["receipts"]:
            index, data, _ = check_receipt(b64decode(receipt), ledger.verifier)
            found.append(statement.parse(entry.decode(data)[0]).id)
        following = page["next"]
        if following is None:
            return found
        assert following == index


def test_the_roster_comes_in_pages_of_receipts(ledger: Serving, world: World) -> None:
    everything = [one.id for one in world.roster]
    assert roster(ledger) == everything
    assert roster(ledger, "?after=0") == everything[1:]
    assert roster(ledger, "?after=799") == []


def test_a_long_roster_is_complete_across_pages(tmp_path: Path) -> None:
    world = World(devices=110)
    with Serving(make_log(tmp_path, world)) as serving:
        serving.accepted(world.roster[1:])
        assert len(serving.get_json("/api/v1/roster")["receipts"]) == 100
        assert roster(serving) == [one.id for one in world.roster]


def test_a_device_shows_its_chain_its_gap_and_its_fork(ledger: Serving, world: World) -> None:
    gone = world.event("inspect", device=3)
    seq = gone.body.seq
    forked = world.event("inspect", device=3, at=(seq - 1, gone.body.prev and "0" * 64), items=[item_id(7)])
    later = world.event("inspect", device=3)
    answers = ledger.accepted([later, forked])
    assert [answer["link"] for answer in answers] == ["gap", "fork"]

    device = ledger.get_json(f"/api/v1/devices/{world.devices[3].key.keyid}")

    assert (device["role"], device["revoked"], device["site"]) == ("device", None, world.sites[1])
    assert (device["seq"], device["head"]) == (seq + 1, later.id)
    assert device["missing"] == [[seq, seq]]
    assert device["forks"] == [answers[1]["index"]]
    untouched = ledger.get_json(f"/api/v1/devices/{world.devices[0].key.keyid}")
    assert (untouched["missing"], untouched["forks"]) == ([], [])
    assert problem(ledger.get(f"/api/v1/devices/{key_of('nobody').keyid}")) == (404, "not-found")
    assert problem(ledger.get("/api/v1/devices/me")) == (400, "malformed")


def test_an_items_events_are_listed_with_their_indexes(ledger: Serving, world: World) -> None:
    item = "8004/952!\"%&'()*+,-.:;<=>?_"
    batch = [world.event(action, device=2, items=[item, item_id(9)]) for action in ("inspect", "store")]
    indexes = [answer["index"] for answer in ledger.accepted(batch)]

    path = "/api/v1/items/" + "".join(f"%{byte:02x}" for byte in item.encode())
    while (answer := ledger.get_json(path))["followed"] <= indexes[-1]:
        pass
    assert answer["item"] == item
    assert [(event["index"], event["action"], event["id"]) for event in answer["events"]] == [
        (indexes[0], "inspect", batch[0].id),
        (indexes[1], "store", batch[1].id),
    ]
    assert ledger.get_json(f"/api/v1/items/{item_id(999_999)}")["events"] == []
    assert problem(ledger.get(f"/api/v1/items/{world.sites[0]}")) == (400, "malformed")


def test_health_readiness_and_metrics_say_how_the_ledger_is(ledger: Serving) -> None:
    assert ledger.get_json("/healthz")["status"] == "ok"
    ready = ledger.get_json("/readyz")
    assert ready["status"] == "ok"
    assert ready["size"] == checkpoint(ledger).size
    text = ledger.get("/metrics").text
    for line in (
        f"custody_log_size {ready['size']}.0",
        "custody_accepting 1.0",
        'custody_requests_total{method="GET",resource="/healthz",status="200"} ',
        'custody_statements_total{outcome="accepted"} ',
        "custody_batch_statements_bucket",
        "custody_queue_statements 0.0",
        "custody_follower_lag_entries 0.0",
        "process_resident_memory_bytes ",
    ):
        assert line in text, line


def test_the_request_log_is_json_and_says_nothing_of_who_asked(ledger: Serving) -> None:
    ledger.client.get("/api/v1/roster?after=5", headers={"User-Agent": "some-body"})
    logged = [json.loads(line) for line in ledger.log_file.read_text().splitlines()]
    assert {"request"} == {line["event"] for line in logged}
    assert logged[-1]["resource"] == "/api/v1/roster"
    assert not {"127.0.0.1", "some-body", "after"} & {str(value) for line in logged for value in line.values()}


def test_an_item_that_is_named_very_often_is_listed_a_page_at_a_time(ledger: Serving, world: World) -> None:
    item = item_id(500_500)
    indexes = [answer["index"] for answer in ledger.accepted(
        [world.event("inspect", device=2, items=[item]) for _ in range(501)]
    )]  # fmt: skip
    path = f"/api/v1/items/{item}"
    while (first := ledger.get_json(path))["followed"] <= indexes[-1]:
        pass
    rest = ledger.get_json(f"{path}?after={first['next']}")
    assert [event["index"] for event in first["events"]] == indexes[:500]
    assert ([event["index"] for event in rest["events"]], rest["next"]) == (indexes[500:], None)
    assert problem(ledger.get(f"{path}?after=x")) == (400, "malformed")
