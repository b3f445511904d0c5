"""While a policy keeps events from the public, nothing of them shows anywhere; who has a token or signs in sees them.

Every readable route is asked: one that is added is asked too, or fails here for want of an example.
"""

import base64
import re
from collections.abc import Iterator
from itertools import product

import pytest
from flask.testing import FlaskClient
from msgspec import Struct
from msgspec.structs import replace

from custody.accounts import tokens
from custody.core import read_token
from custody.core.event import Seal
from custody.core.statement import Statement
from custody.files import save_key
from custody.ledger import config as settings
from custody.ledger import public_tables
from custody.ledger.ledger import Ledger
from custody.ledger.lookup_findings import Wanted, find
from custody.web.access import access_of
from custody.web.app import create_app
from tests.ledger.helpers import SetClock, accept, followed, until
from tests.web.admin.visitor import signed_up, store
from tests.web.portal.opened import BROWSER, Opened
from tests.web.serving import make_log
from tests.web.test_read_access import HOUR
from tests.world import World, item_id, key_of

BOX, SECRET, NOBODYS = item_id(7), item_id(90), item_id(91)
"""A box that is public but for where it went; one of which nothing is public; one that never was."""
SEAL = "seal/acme/4711"
DIGEST = "0123456789abcdef" * 4
NO_FINDING = "f-" + "a" * 26
BASE64 = re.compile("[A-Za-z0-9+/]{64,}={0,2}")
EPHEMERAL = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


class Late(Struct):
    """A log an hour late. `held`: the events that the public may not see. `findings`: the ids that hang on them."""

    portal: Opened
    token: str
    held: list[Statement]
    findings: list[str]

    @property
    def secrets(self) -> list[str]:
        """What only the held-back events, or what is judged of them, can have told."""
        return [SECRET, SECRET.rpartition("/")[2], SEAL, SEAL.rpartition("/")[2], DIGEST, *self.findings,
                *(one.id for one in self.held)]  # fmt: skip

    def paths(self) -> Iterator[tuple[str, str]]:
        """(endpoint, path) of every GET route that is not for who is signed in alone, with all that may lead there."""
        examples = self._examples()
        for rule in self.portal.app.url_map.iter_rules():
            access = access_of(self.portal.app, rule.endpoint)
            if access.roles or "GET" not in (rule.methods or ()):
                continue
            names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
            for values in product(*(examples[rule.endpoint, name] for name in names)):
                path = rule.rule
                for name, value in zip(names, values, strict=True):
                    path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
                yield rule.endpoint, path
        for path in self._queries():
            yield path.partition("?")[0], path

    def _examples(self) -> dict[tuple[str, str], list[str]]:
        world, size = self.portal.world, self.portal.ledger.status().size
        indexes = [str(index) for index in range(size - 7, size)]
        places = [site.removeprefix("414/") for site in world.sites]
        rests = [item.partition("/")[2] for item in (BOX, SECRET, NOBODYS)]
        widths = [f"000.p/{width}" for width in range(size - 6, size + 1)]
        return {
            ("site.front", "gln"): places, ("site.front", "extension"): ["1"],
            ("item.show", "rest"): rests,
            ("findings.one", "finding"): [*self.findings, NO_FINDING],
            ("log_pages.entry", "index"): indexes,
            ("api.entry_at", "index"): indexes, ("api.proof", "index"): indexes,
            ("api.device", "keyid"): [chain.key.keyid for chain in world.devices],
            ("api.statement", "statement_id"): [one.id for one in (world.roster[1], *self.held)],
            ("standings.handler_state", "handler"): world.handler_ids[2:],
            ("standings.item_state", "item"): [BOX, SECRET, NOBODYS],
            ("standings.site_state", "site"): world.sites,
            ("log.tile", "path"): [f"0/{width}" for width in widths], ("log.bundle", "path"): widths,
            ("signin.invite", "secret"): ["x"], ("portal.static", "filename"): ["look.css"],
        }  # fmt: skip

    def _queries(self) -> Iterator[str]:
        sites = self.portal.world.sites
        for item in (BOX, SECRET, NOBODYS):
            yield from (f"/findings?item={item}", f"/api/v1/findings?item={item}", f"/find?q={item}")
        for site in sites:
            yield from (f"/findings?site={site}", f"/api/v1/findings?site={site}", f"/find?q={site}",
                        f"/api/v1/snapshot?site={site}", f"/api/v1/plan/status?site={site}")  # fmt: skip
        yield from (f"/find?q={one}" for one in (*self.findings, NO_FINDING, SEAL, DIGEST))
        yield from ("/findings?order=gravest", "/findings?open=true", "/log?before=99", "/api/v1/roster?after=3")
        yield f"/api/v1/log/consistency?from=1&to={self.portal.ledger.status().size}"


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Late]:
    folder = tmp_path_factory.mktemp("late")
    world, clock = World(), SetClock()
    save_key(folder / "advice.pem", key_of("advice"))
    config = settings.load(make_log(folder, world, clock=clock))
    ledger = Ledger.open(replace(config, advice=folder / "advice.pem"), clock=clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public_tables, "TICK_S", 0.02)
        try:
            portal = Opened(world, ledger, create_app(ledger))
            accept(ledger, *world.roster[1:], world.policy(public_delay_ms=HOUR))
            clock.passes(5)
            accept(ledger, world.event("commission", items=[BOX], by=[0], kind="ballot-box"))
            clock.passes(HOUR)
            before = _findings(ledger)
            ids, there = world.handler_ids, world.sites[2]
            gone = world.event("release", items=[BOX], by=[0], releaser=ids[0], receiver=ids[1], to=there)
            came = world.event("accept", items=[BOX], by=[1], device=1, receiver=ids[1], site=there, refs=[gone.id],
                               seals=[Seal(item=0, id=SEAL)])  # fmt: skip
            held = [
                gone,
                came,
                world.event("commission", items=[SECRET], by=[2], site=there, kind="ballot-box", photos=[DIGEST]),
                world.handover(items=[SECRET], releaser=2, receiver=3, site=there),
            ]
            # A roster statement after them: it is public, and they are not.
            accept(ledger, *held, world.policy(public_delay_ms=HOUR))
            with store(portal).writing() as work:
                token = tokens.issue(work, "auditor")
            found = Late(portal, token, held, sorted(_findings(ledger) - before))
            until(lambda: ask(portal.client(), "/api/v1/status")[1].find(f'"followed":{ledger.disclosed.size()}') > 0)
            yield found
        finally:
            ledger.close()


def _findings(ledger: Ledger) -> set[str]:
    followed(ledger)
    with ledger.looking() as looking:
        return {one.id for one in find(looking, Wanted(), 1000)}


def ask(client: FlaskClient, path: str, token: str | None = None) -> tuple[int, str]:
    """(status, all that is said: headers too, and what stands there in Base64)."""
    answer = client.get(path, headers={**BROWSER, **read_token.headers(token)})
    told = answer.data.decode("utf-8", "replace")
    told = EPHEMERAL.sub("", told) + "".join(
        value for name, value in answer.headers if name not in ("ETag", "Set-Cookie")
    )
    return answer.status_code, told + _decoded(told)


def _decoded(text: str) -> str:
    """A receipt holds an entry, an entry a payload, each in Base64."""
    inner = "".join(
        base64.b64decode(found + "=" * (-len(found) % 4)).decode("utf-8", "replace")
        for found in BASE64.findall(text)
        if len(found.rstrip("=")) % 4 != 1
    )
    return inner + _decoded(inner) if inner else ""


def test_nothing_of_what_is_held_back_shows_anywhere(late: Late) -> None:
    client = late.portal.client()
    assert (late.findings, late.portal.ledger.disclosed.size()) != ([], late.portal.ledger.status().size)
    for endpoint, path in late.paths():
        status, told = ask(client, path)
        assert status < 500, path
        asked_for = {secret for secret in late.secrets if secret in path}
        shown = [secret for secret in late.secrets if secret in told and not any(secret in one for one in asked_for)]
        assert shown == [], (endpoint, path)


def test_what_is_asked_for_by_an_id_that_is_held_back_is_answered_as_if_it_never_was(late: Late) -> None:
    client, compared = late.portal.client(), 0
    twins = {SECRET.rpartition("/")[2]: NOBODYS.rpartition("/")[2], **dict.fromkeys(late.findings, NO_FINDING)}
    for endpoint, path in late.paths():
        for secret, twin in twins.items():
            if secret in path and endpoint != "/api/v1/statements":
                status, told = ask(client, path)
                assert (status, told.replace(secret, twin)) == ask(client, path.replace(secret, twin)), path
                compared += 1
    assert compared > 8


def test_a_finding_that_is_held_back_may_be_so_says_its_page_and_signing_in_leads_to_it(late: Late) -> None:
    path = f"/findings/{late.findings[0]}"
    status, told = ask(late.portal.client(), path)
    assert (status, "setelah 1 jam" in told, f"/sign-in?next={path}" in told) == (404, True, True)
    assert ask(late.portal.client(), path, late.token)[0] == 200


def test_where_a_box_went_is_told_neither_by_the_box_nor_by_the_place(late: Late) -> None:
    place, client = late.portal.world.sites[2], late.portal.client()
    digits = BOX.rpartition("/")[2]
    for path in (f"/{BOX}", f"/api/v1/items/{BOX}"):
        assert place.rpartition("/")[2] not in ask(client, path)[1], path
        assert place.rpartition("/")[2] in ask(client, path, late.token)[1], path
    for path in (f"/{place}", f"/api/v1/sites/{place}", f"/api/v1/snapshot?site={place}"):
        assert digits not in ask(client, path)[1], path
        assert digits in ask(client, path, late.token)[1], path
    holder = f"/api/v1/handlers/{late.portal.world.handler_ids[3]}"
    assert ['"holds":0' in ask(client, holder, token)[1] for token in (None, late.token)] == [True, False]


def test_who_has_a_token_and_who_signs_in_is_shown_all_of_it(late: Late) -> None:
    client, shown = late.portal.client(), dict[str, set[str]]()
    person = signed_up(late.portal, "siti", "supervisor").client
    for endpoint, path in late.paths():
        new = endpoint not in shown
        told = ask(client, path, late.token)[1]
        found = {one for one in late.secrets if one in told and one not in path}
        shown.setdefault(endpoint, set()).update(found)
        if found and new:
            told = ask(person, path)[1]
            assert found <= {one for one in late.secrets if one in told}, path
    assert {
        "item.show", "site.front", "findings.one", "findings.listed", "log_pages.entry", "api.entry_at",
        "api.proof", "log.bundle", "api.device", "standings.item_state", "standings.site_state",
        "standings.findings", "/api/v1/snapshot", "api.statement",
    } <= {endpoint for endpoint, secrets in shown.items() if secrets}  # fmt: skip
    assert set().union(*shown.values()) >= {SECRET, SEAL, DIGEST, *late.findings}


def test_checkpoint_and_hashes_are_for_everybody_at_once(late: Late) -> None:
    client, size = late.portal.client(), late.portal.ledger.status().size
    for path in ("/drill/checkpoint", f"/drill/tile/0/000.p/{size}", f"/api/v1/log/consistency?from=1&to={size}"):
        assert ask(client, path)[0] == 200, path
    assert f"\n{size}\n" in ask(client, "/drill/checkpoint")[1]
    last = size - 1
    assert ask(client, f"/log/entries/{last}")[0] == 200  # a roster statement
    assert [ask(client, f"/log/entries/{index}")[0] for index in range(last - 4, last)] == [403] * 4
