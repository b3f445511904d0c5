"""Who may read: the public or who has a token, at once or after a delay; and what is for everybody all the same."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import Struct
from msgspec.structs import replace

from custody.accounts import tokens
from custody.accounts.store import ACCOUNTS, Store
from custody.core import read_token
from custody.core.checkpoint import open_checkpoint
from custody.core.entry import decode, encode
from custody.core.merkle import leaf_hash, verify_inclusion
from custody.core.note import Verifier
from custody.core.proof import Receipt, check_receipt
from custody.ledger import config as settings
from custody.ledger import public_tables
from custody.ledger.config import ReadAccess
from custody.ledger.ledger import Ledger
from custody.web.access import access_of
from custody.web.app import create_app
from tests.ledger.helpers import SetClock, accept, followed, until
from tests.web.serving import NDJSON, lines, make_log
from tests.world import World, item_id

HOUR = 3_600_000
BOX = item_id(7)
PREFIX = "/drill"


class Asked(Struct):
    """A log's app, asked by the public and with a token."""

    world: World
    ledger: Ledger
    clock: SetClock
    client: FlaskClient
    store: Store
    token: str

    def get(self, path: str, token: str | None = None):
        return self.client.get(path, headers=read_token.headers(token))

    def both(self, path: str) -> tuple[int, int]:
        """The statuses for the public and with the token."""
        return self.get(path).status_code, self.get(path, self.token).status_code

    def public_is_ready(self) -> bool:
        answer = self.get("/api/v1/status")
        return answer.status_code == 200 and answer.json["followed"] == self.ledger.disclosed.size()


def asked(folder: Path, read_access: ReadAccess) -> Iterator[Asked]:
    world, clock = World(), SetClock()
    config = replace(settings.load(make_log(folder, world, clock=clock)), read_access=read_access)
    ledger = Ledger.open(config, clock=clock)
    store = Store(config.private / ACCOUNTS, clock.now)
    with store.writing() as work:
        token = tokens.issue(work, "auditor")
    try:
        accept(ledger, *world.roster[1:])
        yield Asked(world, ledger, clock, create_app(ledger).test_client(), store, token)
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """For who has a token, without a delay."""
    yield from asked(tmp_path_factory.mktemp("closed"), "token")


@contextmanager
def an_hour_late(folder: Path) -> Iterator[Asked]:
    """For everybody, an hour late: a box is public; that it was moved, and a policy after that, is not yet."""
    with pytest.MonkeyPatch.context() as patch, contextmanager(asked)(folder, "public") as found:
        patch.setattr(public_tables, "TICK_S", 0.02)
        world, clock = found.world, found.clock
        accept(found.ledger, world.policy(public_delay_ms=HOUR))
        clock.passes(5)
        accept(found.ledger, world.event("commission", items=[BOX], by=[0], kind="box"))
        clock.passes(HOUR)
        accept(found.ledger, world.event("store", items=[BOX], by=[0], site=world.sites[2]))
        accept(found.ledger, world.policy(public_delay_ms=HOUR))
        followed(found.ledger)
        until(found.public_is_ready)
        yield found


@pytest.fixture(scope="module")
def delayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with an_hour_late(tmp_path_factory.mktemp("delayed")) as found:
        yield found


def refused(answer: Any) -> tuple[int, str]:
    """(status, kind) of a problem document that no cache keeps."""
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/problem+json", "no-store")
    return answer.status_code, answer.json["type"].removeprefix("urn:custody:error:")


def routes(asked: Asked, *, for_anyone: bool) -> Iterator[str]:
    """A path for each GET route that is for anyone, or for readers."""
    values = {
        "item": BOX, "site": asked.world.sites[1], "handler": asked.world.handler_ids[0], "index": "0",
        "keyid": asked.world.devices[0].key.keyid, "statement_id": asked.world.roster[0].id, "path": "0/000",
    }  # fmt: skip
    app = asked.client.application
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            access = access_of(app, rule.endpoint)
            if "GET" in rule.methods and not access.roles and access.anyone == for_anyone:
                yield rule_path(rule, values)


def rule_path(rule, values: dict[str, str]) -> str:
    built = rule.build({name: values.get(name, "x") for name in rule.arguments}, append_unknown=False)
    assert built is not None, rule
    return built[1]


def test_no_route_that_shows_what_is_logged_is_answered_without_a_token(closed: Asked) -> None:
    walked = list(routes(closed, for_anyone=False))
    assert {"/", f"/api/v1/items/{BOX}", "/api/v1/roster", f"{PREFIX}/tile/entries/0/000"} <= set(walked)
    for path in walked:
        for token in (None, "ct_" + "x" * 43):
            answer = closed.get(path, token)
            assert refused(answer) == (401, "token-needed"), path
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert closed.get(path, closed.token).status_code not in (401, 403, 500), path


def test_what_is_for_anyone_asks_for_no_token(closed: Asked) -> None:
    walked = list(routes(closed, for_anyone=True))
    assert {f"{PREFIX}/checkpoint", "/healthz", "/api/v1/log/consistency"} <= set(walked)
    for path in walked:
        for token in (None, "ct_" + "x" * 43):
            assert closed.get(path, token).status_code not in (401, 403, 500), path


def test_a_browser_is_shown_a_page_that_leads_to_signing_in(closed: Asked) -> None:
    answer = closed.client.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "/sign-in" in answer.text


def test_a_proxys_own_authorization_is_not_taken_for_a_token(delayed: Asked) -> None:
    for header in ("Basic YTpi", "Bearer eyJhbGciOi", "Bearer", "nonsense", "Bearer ct_x, Bearer ct_y"):
        answer = delayed.client.get("/api/v1/status", headers={"Authorization": header})
        assert answer.status_code in (200, 401), header
    assert delayed.client.get("/api/v1/status", headers={"Authorization": "Basic YTpi"}).status_code == 200


def test_checkpoint_hashes_and_consistency_are_for_everybody(closed: Asked) -> None:
    size = closed.ledger.status().size
    for path in ("/checkpoint", f"/tile/0/000.p/{size}"):
        assert closed.both(PREFIX + path) == (200, 200)
    assert closed.both(f"/api/v1/log/consistency?from=1&to={size}") == (200, 200)


def test_a_device_without_a_token_submits_and_gets_its_receipts(closed: Asked) -> None:
    event = closed.world.handover()
    answer = closed.client.post("/api/v1/statements", data=lines([event]), headers=NDJSON)
    [accepted] = answer.json["answers"]
    index, proved, _ = check_receipt(base64.b64decode(accepted["receipt"]), Verifier(closed.ledger.vkey))
    assert (index, decode(proved)[0]) == (accepted["index"], event.envelope)


def test_who_has_a_statement_but_no_token_is_told_where_it_stands_and_can_prove_it(closed: Asked) -> None:
    event = closed.world.handover()
    accept(closed.ledger, event)
    logged = closed.get(f"/api/v1/statements/{event.id}").json
    receipt = Receipt.decode(base64.b64decode(logged["receipt"]))
    assert receipt.extra is None
    checkpoint = open_checkpoint(receipt.checkpoint, Verifier(closed.ledger.vkey))
    leaf = leaf_hash(encode(event.envelope, logged["received"]))
    verify_inclusion(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    assert receipt.index == logged["index"]
    whole = closed.get(f"/api/v1/statements/{event.id}?format=proof", closed.token)
    assert check_receipt(whole.data, Verifier(closed.ledger.vkey))[0] == logged["index"]


def test_without_a_token_a_device_is_told_of_its_chain_and_not_what_it_holds(closed: Asked) -> None:
    event = closed.world.event("commission", items=[item_id(60)], by=[0], kind="box")
    accept(closed.ledger, event)
    followed(closed.ledger)
    path = f"/api/v1/devices/{closed.world.devices[0].key.keyid}"
    found = closed.get(path).json
    assert (found["head"], found["held"]) == (event.id, None)
    assert item_id(60) in closed.get(path, closed.token).json["held"]["items"]


def test_a_token_that_is_revoked_is_good_no_more_at_once(closed: Asked) -> None:
    with closed.store.writing() as work:
        token = tokens.issue(work, "service")
    assert closed.get("/api/v1/findings", token).status_code == 200
    with closed.store.writing() as work:
        tokens.revoke(work, "service")
    answer = closed.get("/api/v1/findings", token)
    assert refused(answer) == (401, "token-needed")
    assert "revoked" in answer.json["detail"]
    assert closed.get("/api/v1/findings", closed.token).status_code == 200


def test_what_a_token_is_given_is_kept_by_no_cache_that_others_share(closed: Asked, delayed: Asked) -> None:
    for path in ("/api/v1/log/entries/0", f"{PREFIX}/tile/entries/000.p/4"):
        assert closed.get(path, closed.token).headers["Cache-Control"].startswith("private")
        assert delayed.get(path).headers["Cache-Control"].startswith("public")
    assert closed.get("/api/v1/findings").headers["Cache-Control"] == "no-store"


def test_the_public_is_not_shown_what_has_just_happened_and_a_token_is(delayed: Asked) -> None:
    here, there = delayed.world.sites[1:]
    path = f"/api/v1/items/{BOX}"
    public, now = delayed.get(path).json, delayed.get(path, delayed.token).json
    assert (public["state"]["site"], now["state"]["site"]) == (here, there)
    assert ([one["action"] for one in public["events"]], now["now"] - public["now"]) == (["commission"], HOUR)
    found = [delayed.get("/api/v1/findings", token).json["findings"] for token in (None, delayed.token)]
    assert len(found[0]) < len(found[1])


def test_once_the_delay_has_passed_the_public_is_shown_all_of_it(tmp_path: Path) -> None:
    with an_hour_late(tmp_path) as late:
        late.clock.passes(HOUR)
        until(late.public_is_ready)
        assert late.get(f"/api/v1/items/{BOX}").json["state"]["site"] == late.world.sites[2]
        assert late.both(f"{PREFIX}/tile/entries/000.p/{late.ledger.status().size}") == (200, 200)


def test_a_page_says_to_the_public_as_of_when_it_speaks(delayed: Asked) -> None:
    until(lambda: delayed.get("/").status_code == 200)
    assert "1 jam" in delayed.get("/").text
    assert "1 jam" not in delayed.get("/", delayed.token).text


def test_entries_are_kept_back_alone_with_their_proofs_and_in_bundles(delayed: Asked) -> None:
    size, public = delayed.ledger.status().size, delayed.ledger.disclosed.size()
    assert size == public + 2
    for path in (
        f"/api/v1/log/entries/{public}", f"/api/v1/log/proof/{public}",
        f"{PREFIX}/tile/entries/000.p/{public + 1}", f"{PREFIX}/tile/entries/000.p/{size}",
    ):  # fmt: skip
        answer = delayed.get(path)
        assert refused(answer) == (403, "not-public-yet"), path
        assert answer.headers["Retry-After"] == str(HOUR // 1000)
        assert "2026-01-01" in answer.json["expected"]
        assert delayed.get(path, delayed.token).status_code == 200
    for index in (public - 1, public + 1):  # the last is a roster statement
        assert delayed.both(f"/api/v1/log/entries/{index}") == (200, 200)
    assert delayed.both(f"{PREFIX}/tile/entries/000.p/{public}") == (200, 200)


def test_checkpoint_hashes_consistency_and_roster_are_never_delayed(delayed: Asked) -> None:
    size = delayed.ledger.status().size
    note = delayed.get(f"{PREFIX}/checkpoint").data
    assert open_checkpoint(note, Verifier(delayed.ledger.vkey)).size == size
    assert delayed.get(f"{PREFIX}/tile/0/000.p/{size}").data == delayed.ledger.tile(0, 0, size)
    assert delayed.get(f"/api/v1/log/consistency?from=3&to={size}").status_code == 200
    last = base64.b64decode(delayed.get(f"/api/v1/roster?after={size - 2}").json["receipts"][-1])
    assert Receipt.decode(last).index == size - 1


def test_no_id_leads_to_what_a_device_has_just_done(delayed: Asked) -> None:
    keyid = delayed.world.devices[0].key.keyid
    public = delayed.get(f"/api/v1/devices/{keyid}").json
    now = delayed.get(f"/api/v1/devices/{keyid}", delayed.token).json
    assert (public["seq"], now["seq"]) == (1, 2)
    assert (public["held"]["items"], now["held"]["items"]) == ([BOX], [BOX])
    logged = delayed.get(f"/api/v1/statements/{now['head']}").json
    assert Receipt.decode(base64.b64decode(logged["receipt"])).extra is None
    earlier = delayed.get(f"/api/v1/statements/{public['head']}?format=proof")
    assert Receipt.decode(earlier.data).extra is not None


def test_until_its_tables_are_there_the_public_is_asked_for_patience(
    delayed: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_tables.PublicTables, "_tend", lambda _: None)
    monkeypatch.setattr(delayed.ledger._public_tables, "_ready", False)
    answer = delayed.get("/api/v1/findings")
    assert refused(answer) == (503, "unavailable")
    assert delayed.get("/api/v1/findings", delayed.token).status_code == 200


def test_health_and_metrics_tell_sizes_and_no_whereabouts(delayed: Asked) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        text = delayed.get(path).text
        assert delayed.get(path).status_code == 200
        assert not any(secret in text for secret in (BOX, *delayed.world.sites, *delayed.world.handler_ids)), path
