"""*Verify in your browser*, against a good server and one on which one thing after the other was changed."""

import json
import re
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from custody.core import entry, note, roster, statement
from custody.core.canonical import b64encode
from custody.core.checkpoint import open_checkpoint
from custody.core.event import Seal
from custody.core.proof import Receipt
from custody.core.words import ROLES
from custody.web.portal.pages import address
from tests.web.admin.in_browser import SCREENS
from tests.web.portal.doctored import Change, Doctored, Operator, doctored
from tests.web.portal.opened import Opened, opened
from tests.web.portal.test_verify_modules import STATIC
from tests.web.serving import KEY
from tests.world import World, item_id, key_of

BOX, OTHER = item_id(0), item_id(1)
HOUR = 3_600_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STEPS = ("key", "checkpoint", "last", "entry", "inclusion", "item", "signatures", "trust")


class Scene(msgspec.Struct):
    """`index`: of the box's last event; `other`: of another item's. `older`: the receipt that it had at first."""

    portal: Opened
    server: Doctored
    index: int
    other: int
    older: bytes = b""

    @property
    def entries(self) -> list[bytes]:
        return [self.portal.ledger.entry(index) or b"" for index in range(self.portal.ledger.status().size)]

    def operator(self, changed: dict[int, bytes], *more: bytes) -> Operator:
        """Who signs the log with other entries at these indexes, and `more` at its end."""
        entries = [changed.get(index, data) for index, data in enumerate(self.entries)]
        return Operator(self.portal.world.origin, [*entries, *more], KEY)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    world = World()
    with opened(tmp_path_factory.mktemp("log"), world) as portal, doctored(portal.app) as server:
        world.time = time.time_ns() // 1_000_000 - HOUR
        sealed = [Seal(item=0, id="seal/kpu/A1"), Seal(item=0, count=2)]
        portal.submit(
            [
                world.event("commission", items=[BOX, OTHER], by=[0], kind="ballot-box", quantity=200),
                world.event("seal", items=[BOX], by=[0], seals=sealed),
                world.event("inspect", items=[OTHER], by=[1], condition="good"),
                world.handover(items=[BOX], releaser=0, receiver=1, condition="damaged", seals=sealed),
            ]
        )
        index = portal.ledger.status().size - 1
        older = portal.ledger.receipt(index) or b""
        portal.submit([world.event("inspect", items=[OTHER], by=[1])])
        yield Scene(portal, server, index, index - 1, older)


@pytest.fixture
def page(browser: Browser, scene: Scene) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    shown = context.new_page()
    shown.on("pageerror", lambda error: pytest.fail(str(error)))
    scene.server.change = None
    yield shown
    context.close()


def verify(page: Page, scene: Scene, given: str = "") -> None:
    """Presses the button for the last event, and waits until it is told."""
    page.goto(scene.server.url + address(BOX))
    page.locator("#given").fill(given)
    page.locator("#verify > [data-verify]").click()
    expect(page.locator("#verify .proof")).not_to_have_attribute("data-state", "running")


def states(page: Page) -> dict[str, str]:
    lines = page.locator("#verify .proof [data-step]")
    return dict(lines.evaluate_all("lines => lines.map((line) => [line.dataset.step, line.dataset.state])"))


def on(path: str, change: Callable[[bytes], bytes | int]) -> Change:
    """Does this to what is answered at a path that ends so."""
    return lambda asked, body: change(body) if asked.endswith(path) else None


def on_receipt(index: int, **members: Any) -> Change:
    return on(f"/log/proof/{index}", lambda body: msgspec.structs.replace(Receipt.decode(body), **members).encode())


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def in_entry(data: bytes, old: bytes, new: bytes) -> bytes:
    """An entry in whose payload something is another."""
    document = json.loads(data)
    payload = statement_payload(data).replace(old, new)
    assert payload != statement_payload(data)
    document["envelope"]["payload"] = b64encode(payload)
    return json.dumps(document, separators=(",", ":")).encode()


def statement_payload(data: bytes) -> bytes:
    return msgspec.json.decode(entry.decode(data)[0], type=statement.Envelope).payload


def other_received(scene: Scene) -> Change:
    data = scene.entries[scene.index]
    return on_receipt(scene.index, extra=data[:-2] + (b"0" if data[-2:-1] != b"0" else b"1") + b"}")


def other_payload(scene: Scene) -> Change:
    return on_receipt(scene.index, extra=in_entry(scene.entries[scene.index], b"damaged", b"dimaged"))


def other_proof_hash(scene: Scene) -> Change:
    proof = Receipt.decode(scene.portal.ledger.receipt(scene.index) or b"").proof
    return on_receipt(scene.index, proof=(flipped(proof[0], 0), *proof[1:]))


def short_proof(scene: Scene) -> Change:
    proof = Receipt.decode(scene.portal.ledger.receipt(scene.index) or b"").proof
    return on_receipt(scene.index, proof=proof[:-1])


def another_receipt(scene: Scene) -> Change:
    return on(f"/log/proof/{scene.index}", lambda _: scene.portal.ledger.receipt(scene.other) or b"")


def other_checkpoint_signature(_: Scene) -> Change:
    def change(body: bytes) -> bytes:
        text, [signature] = note.split_note(body)
        spoiled = b64encode(signature.key_id + flipped(signature.signature, 40))
        return f"{text}\n— {signature.name} {spoiled}\n".encode()

    return on("/checkpoint", change)


def checkpoint_of_another_key(scene: Scene) -> Change:
    return on("/checkpoint", lambda _: Operator(scene.portal.world.origin, scene.entries, key_of("thief")).note)


def older_checkpoint(scene: Scene) -> Change:
    return on("/checkpoint", lambda _: Receipt.decode(scene.older).checkpoint)


def receipt_under_an_older_checkpoint(scene: Scene) -> Change:
    return on(f"/log/proof/{scene.index}", lambda _: scene.older)


def no_answer(scene: Scene) -> Change:
    return on(f"/log/proof/{scene.index}", lambda _: 503)


def pages_event_is_another_items(scene: Scene) -> Change:
    ids = [statement.parse(entry.decode(scene.entries[index])[0]).id for index in (scene.index, scene.other)]

    def change(body: bytes) -> bytes:
        text = body.decode().replace(f'data-verify="{scene.index}"', f'data-verify="{scene.other}"')
        return text.replace(f'data-statement="{ids[0]}"', f'data-statement="{ids[1]}"').encode()

    return on(address(BOX), change)


def pages_entry_0_is_another(_: Scene) -> Change:
    return on(address(BOX), lambda body: body.replace(b'data-entry0="', b'data-entry0="0'))


def enrolment_of_another_key(scene: Scene) -> Change:
    keyid = scene.portal.world.devices[0].key.keyid
    index = enrolment(scene, keyid)
    other = enrolment(scene, scene.portal.world.devices[1].key.keyid)
    return on(f"/devices/{keyid}", lambda body: body.replace(b'"index":%d' % index, b'"index":%d' % other))


def signers_key_replaced(scene: Scene) -> Change:
    key, other = (scene.portal.world.devices[number].key for number in (0, 1))
    index = enrolment(scene, key.keyid)
    old, new = (b64encode(one.public).encode() for one in (key, other))
    return on_receipt(index, extra=in_entry(scene.entries[index], old, new))


def enrolment(scene: Scene, keyid: str) -> int:
    found = scene.portal.ledger.enrolled(keyid)
    assert found is not None
    return found.index


def signed_log_of(operator: Operator, *, since: int | None = None) -> Change:
    """The operator's checkpoint and receipts; `since`: the first checkpoint is the true one, of that size."""

    def change(path: str, _: bytes) -> bytes | None:
        if path.endswith("/checkpoint"):
            return operator.note if since is None else None
        if "/log/proof/" in path:
            return operator.receipt(int(path.rpartition("/")[2]))
        if path.endswith("/log/consistency") and since is not None:
            return json.dumps({"proof": [b64encode(value) for value in operator.consistency(since)]}).encode()
        return None

    return change


def logged_signature_is_none_of_the_key(scene: Scene) -> Change:
    document = json.loads(scene.entries[scene.index])
    first, second, *_ = document["envelope"]["signatures"]
    first["sig"], second["sig"] = second["sig"], first["sig"]
    spoiled = json.dumps(document, separators=(",", ":")).encode()
    return signed_log_of(scene.operator({scene.index: spoiled}))


def device_enrolled_by_a_device(scene: Scene) -> Change:
    world = scene.portal.world
    key, thief = (world.devices[number] for number in (0, 1))
    index = enrolment(scene, key.key.keyid)
    forged = world.sign(roster.Device, thief, **world.possession(key.key, "device"), site=world.sites[1], at=(1, None))
    return signed_log_of(scene.operator({index: entry.encode(forged.envelope, world.time)}))


def forked_log(scene: Scene) -> Change:
    """Shown is the true checkpoint; the receipts are those of a longer log in which an entry is another."""
    other = scene.operator({scene.other: scene.entries[scene.index]}, b"one more")
    return signed_log_of(other, since=len(scene.entries))


DOCTORED: dict[str, tuple[Callable[[Scene], Change], str, str]] = {
    "the page names the event of another item": (pages_event_is_another_items, "item", "other-item"),
    "the page names another entry 0": (pages_entry_0_is_another, "trust", "other-entry-0"),
    "the checkpoint's signature is another": (other_checkpoint_signature, "checkpoint", "bad-signature"),
    "another key signed the checkpoint": (checkpoint_of_another_key, "checkpoint", "other-key"),
    "the checkpoint is from before the page": (older_checkpoint, "checkpoint", "older"),
    "the receipt is another entry's": (another_receipt, "entry", "other-entry"),
    "a byte of what was signed is another": (other_payload, "entry", "other-statement"),
    "a digit of when it was received is another": (other_received, "inclusion", "other-root"),
    "a hash of the proof is another": (other_proof_hash, "inclusion", "other-root"),
    "a hash of the proof is missing": (short_proof, "inclusion", "proof-length"),
    "the receipt is under an older checkpoint": (receipt_under_an_older_checkpoint, "inclusion", "older"),
    "the receipt is under a fork of the log": (forked_log, "inclusion", "two-histories"),
    "a signature in the log is another key's": (logged_signature_is_none_of_the_key, "signatures", "bad-signature"),
    "the signer's enrolment is another key's": (enrolment_of_another_key, "signatures", "other-signer"),
    "the signer's key was replaced where it was enrolled": (signers_key_replaced, "signatures", "other-root"),
    "a device enrolled the signer": (device_enrolled_by_a_device, "trust", "not-vouched"),
}


@pytest.mark.parametrize("what", DOCTORED)
def test_what_was_changed_makes_its_step_fail_and_nothing_after_it_is_said(page: Page, scene: Scene, what: str) -> None:
    make, step, fault = DOCTORED[what]
    scene.server.change = make(scene)
    verify(page, scene)
    at = STEPS.index(step)
    found = states(page)
    assert found[step] == "failed", found
    assert {found[name] for name in STEPS[:at]} <= {"passed", "skipped"}
    assert {found[name] for name in STEPS[at + 1 :]} <= {"waiting"}
    proof = page.locator("#verify .proof")
    expect(proof).to_have_attribute("data-state", "failed")
    expect(proof.locator(".verdict")).to_contain_text("GAGAL")
    reason = page.evaluate(f"""document.getElementById("verify-result").content
        .querySelector('[data-fault="{fault}"]').textContent""")
    expect(proof.locator(f'[data-step="{step}"] .why')).to_have_text(reason)
    expect(proof.locator(f'[data-step="{step}"] [data-when="failed"]')).to_be_visible()


def test_on_a_good_server_each_step_passes_and_shows_what_it_compared(page: Page, scene: Scene) -> None:
    verify(page, scene)
    assert states(page) == dict.fromkeys(STEPS, "passed") | {"last": "skipped"}
    proof = page.locator("#verify .proof")
    expect(proof.locator(".verdict")).to_contain_text("Bandingkan kunci itu dengan yang tercetak")
    size = scene.portal.ledger.status().size
    expect(proof.locator('[data-step="checkpoint"] dd').first).to_have_text(str(size))
    assert scene.portal.ledger.status().root in proof.locator('[data-step="inclusion"]').inner_html()
    signers = proof.locator('[data-step="signatures"] dt').all_text_contents()
    assert sorted(signers) == ["Perangkat pencatat", "Petugas logistik", "Petugas logistik"]
    assert proof.locator('[data-step="signatures"] a').count() == 3
    assert proof.locator('[data-step="trust"] dt').all_text_contents() == ["Otoritas", "Kunci akar", "SHA-256 entri 0"]


def test_each_event_can_be_checked_in_its_place(page: Page, scene: Scene) -> None:
    page.goto(scene.server.url + address(BOX))
    event = page.locator(f"#entry-{scene.index - 2}")
    event.locator("[data-verify]").click()
    expect(event.locator(".proof")).to_have_attribute("data-state", "passed")
    event.locator("[data-verify]").click()
    expect(event.locator(".proof")).to_have_count(1)


def test_keys_from_elsewhere_are_those_that_are_used(page: Page, scene: Scene) -> None:
    vkey = scene.portal.ledger.vkey
    entry0 = sha256(scene.entries[0]).hexdigest()
    verdict = page.locator("#verify .verdict")
    verify(page, scene, f'url = "https://x.example"\nvkey = "{vkey}"\nentry0 = "{entry0}"\n')
    expect(verdict).to_contain_text("yang Anda berikan")
    verify(page, scene, vkey)
    expect(verdict).to_contain_text("Sebagian kuncinya dari Anda")
    for given in (
        note.encode_vkey(scene.portal.world.origin, key_of("thief").public),
        entry0[::-1],
        "the key is on the wall",
    ):
        verify(page, scene, given)
        assert states(page)["key"] == "failed"


def test_a_server_that_does_not_answer_is_not_called_false(page: Page, scene: Scene) -> None:
    scene.server.change = no_answer(scene)
    verify(page, scene)
    assert states(page)["entry"] == "unanswered"
    expect(page.locator("#verify .proof")).to_have_attribute("data-state", "unanswered")


def test_a_log_that_shrank_since_the_last_visit_is_found_out(page: Page, scene: Scene) -> None:
    verify(page, scene)
    verify(page, scene)
    assert states(page) == dict.fromkeys(STEPS, "passed")
    older = Receipt.decode(scene.older).checkpoint
    size = open_checkpoint(older, note.Verifier(scene.portal.ledger.vkey)).size

    def change(path: str, body: bytes) -> bytes | None:
        if path.endswith("/checkpoint"):
            return older
        now = b'data-size="%d"' % scene.portal.ledger.status().size
        return body.replace(now, b'data-size="%d"' % size) if path == address(BOX) else None

    scene.server.change = change
    verify(page, scene)
    assert states(page)["last"] == "failed"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "insecure"),
        (
            "SubtleCrypto.prototype.importKey = async () => { throw new DOMException('', 'NotSupportedError') }",
            "no-ed25519",
        ),
        ("SubtleCrypto.prototype.verify = async () => true", "no-ed25519"),
    ],
)
def test_a_browser_that_cannot_check_says_so(page: Page, scene: Scene, script: str, reason: str) -> None:
    page.add_init_script(script)
    page.goto(scene.server.url + address(BOX))
    expect(page.locator(f'[data-cannot="{reason}"]')).to_be_visible()
    expect(page.locator("#verify > [data-verify]")).to_be_hidden()


def test_every_fault_step_and_word_of_the_scripts_has_its_text(page: Page, scene: Scene) -> None:
    page.goto(scene.server.url + address(BOX))
    said = page.evaluate("""() => Object.fromEntries(["fault", "step", "word", "verdict"].map((kind) => [kind,
        [...document.getElementById("verify-result").content.querySelectorAll(`[data-${kind}]`)]
        .map((one) => one.dataset[kind])]))""")
    scripts = "".join(path.read_text() for path in STATIC.glob("*.js"))
    assert set(re.findall(r'new Fault\("([^"]+)"', scripts)) | {"not-there", "no-answer"} == set(said["fault"])
    assert set(said["step"]) == set(STEPS) == set(re.findall(r'^  \["(\w+)", check', scripts, re.M))
    assert set(re.findall(r'word: "([^"]+)"', scripts)) <= set(said["word"])
    assert set(ROLES) | {"device", "root-key", "authority", "expected", "got", "entry"} <= set(said["word"])


@pytest.mark.parametrize(("language", "screen", "change"), [("id", "phone", None), ("en", "desktop", other_proof_hash)])
def test_everybody_can_read_what_was_verified(
    browser: Browser, scene: Scene, language: str, screen: str, change: Callable[[Scene], Change] | None
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "language", "value": language, "url": scene.server.url}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    scene.server.change = change(scene) if change else None
    verify(page, scene)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    context.close()
