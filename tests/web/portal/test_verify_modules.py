"""What the browser computes, held against the core: RFC 9162's trees and proofs, RFC 8032's signatures, the formats."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

import custody.web.portal
from custody.core import canonical, merkle
from custody.core.keys import SigningKey, is_valid
from tests.core import rfc9162
from tests.core.test_keys import GOOD, NOT_CANONICAL, RFC8032, SMALL
from tests.core.test_log_vectors import NODE, VECTORS

STATIC = Path(custody.web.portal.__file__).parent / "static" / "verify"
HERE = "https://verify.test"
SIZES = (*range(1, 34), 63, 64, 65, 255, 256, 257, 1000)
PROLOGUE = """
const [bytes, merkle, note, ed25519] =
  await Promise.all(["bytes", "merkle", "note", "ed25519"].map((name) => import(`/${name}.js`)));
const { toHex, fromHex, toUtf8 } = bytes;
const outcome = (found) => Promise.resolve().then(found).catch((error) => error.kind ?? String(error));
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page in which the modules can be imported. WebCrypto is for secure origins only."""

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(HERE)
        script = STATIC / name.strip("/")
        if script.suffix == ".js":
            route.fulfill(body=script.read_text(), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>test</title>", content_type="text/html")

    shown = browser.new_page()
    shown.route("**/*", serve)
    shown.goto(f"{HERE}/")
    yield shown
    shown.close()


def answers(page: Page, cases: Any, each: str) -> Any:
    """What `each`, a function of a case, answers to every one: a value, or the kind of fault that it throws."""
    script = f"""async (cases) => {{ {PROLOGUE} const each = {each};
        return Promise.all(cases.map((one) => outcome(() => each(one)))); }}"""
    return page.evaluate(script, cases)


INCLUSION = """async ({ entry, index, size, proof }) =>
  toHex(await merkle.rootFromInclusion(await merkle.leafHash(toUtf8(entry)), index, size, proof.map(fromHex)))"""
CONSISTENCY = """async ({ old, oldRoot, size, proof }) =>
  (await merkle.rootsFromConsistency(old, fromHex(oldRoot), size, proof.map(fromHex))).map(toHex)"""


def inclusion(index: int, size: int) -> dict[str, Any]:
    proof = merkle.inclusion_proof(index, size, NODE)
    return {
        "entry": rfc9162.ENTRIES[index].decode(),
        "index": index,
        "size": size,
        "proof": [value.hex() for value in proof],
    }


def test_every_inclusion_proof_leads_to_the_root_of_its_tree(page: Page) -> None:
    places = [(index, size) for size in SIZES for index in {*range(min(size, 9)), size // 2, size - 1}]
    roots = [merkle.root(size, NODE).hex() for _, size in places]
    assert answers(page, [inclusion(*place) for place in places], INCLUSION) == roots


def test_a_proof_of_another_entry_place_or_length_leads_nowhere(page: Page) -> None:
    good = inclusion(5, 33)
    assert answers(page, [good], INCLUSION) == [merkle.root(33, NODE).hex()]
    root = merkle.root(33, NODE).hex()
    others = [good | {"entry": "entry 6"}, good | {"index": 4}, good | {"proof": good["proof"][::-1]}]
    assert root not in answers(page, others, INCLUSION)
    wrong = [
        good | {"proof": good["proof"][:-1]},
        good | {"proof": [*good["proof"], root]},
        good | {"index": 33},
        good | {"size": 0},
    ]
    assert answers(page, wrong, INCLUSION) == ["proof-length", "proof-length", "not-in-tree", "not-in-tree"]


def test_every_consistency_proof_leads_to_both_roots(page: Page) -> None:
    pairs = [(old, size) for size in SIZES for old in {*range(1, min(size, 18)), size // 2, size - 1} if 0 < old < size]
    cases = [
        {
            "old": old,
            "oldRoot": merkle.root(old, NODE).hex(),
            "size": size,
            "proof": [value.hex() for value in merkle.consistency_proof(old, size, NODE)],
        }
        for old, size in pairs
    ]
    roots = [[merkle.root(old, NODE).hex(), merkle.root(size, NODE).hex()] for old, size in pairs]
    assert answers(page, cases, CONSISTENCY) == roots
    short = [case | {"proof": case["proof"][:-1]} for case in cases]
    assert set(answers(page, short, CONSISTENCY)) == {"proof-length"}


SIGNED = "({ key, message, signature }) => ed25519.verifies(fromHex(key), fromHex(message), fromHex(signature))"


def test_the_known_answers_of_rfc_8032_hold_and_no_other_signature_does(page: Page) -> None:
    cases = [{"key": key, "message": message, "signature": signature} for _, key, message, signature in RFC8032]
    assert answers(page, cases, SIGNED) == [True] * len(cases)
    wrong = [case | {"message": case["message"] + "00"} for case in cases]
    wrong += [case | {"signature": case["signature"][:-2]} for case in cases]
    wrong += [case | {"key": other["key"]} for case, other in zip(cases, cases[1:] + cases[:1], strict=True)]
    assert answers(page, wrong, SIGNED) == [False] * len(wrong)


def test_odd_points_are_refused_as_the_ledger_refuses_them(page: Page) -> None:
    signature = GOOD.sign(b"")
    odd = [{"key": point.hex(), "message": "", "signature": signature.hex()} for point in SMALL + NOT_CANONICAL]
    odd += [
        {"key": GOOD.public.hex(), "message": "", "signature": (point + signature[32:]).hex()}
        for point in SMALL + NOT_CANONICAL
    ]
    assert answers(page, odd, SIGNED) == [False] * len(odd)
    usable = "async (point) => ed25519.isUsable(fromHex(point))"
    points = [SigningKey.from_seed(bytes([number]) * 32).public.hex() for number in range(64)]
    points.append("02" + "00" * 31)
    assert set(answers(page, points, usable)) == {True}
    assert set(answers(page, [point.hex() for point in SMALL + NOT_CANONICAL], usable)) == {False}
    no_point = {"key": "02" + "00" * 31, "message": "", "signature": signature.hex()}
    assert not is_valid(bytes.fromhex(no_point["key"]), b"", signature)
    assert answers(page, [no_point], SIGNED) == [False]


def test_the_browser_is_asked_whether_it_can_check_and_can(page: Page) -> None:
    assert answers(page, [None], "() => ed25519.whyNot()") == [None]


def test_note_checkpoint_and_receipt_of_the_vectors_are_read_as_the_core_reads_them(page: Page) -> None:
    root = VECTORS["roots"][-1]
    cases = [VECTORS["checkpoint"], VECTORS["checkpoint"].replace("\n1100\n", "\n1101\n"), VECTORS["note"], "nothing"]
    opened = f"""async (text) => {{
        const vkey = await note.parseVkey({json.dumps(VECTORS["key"]["vkey"])});
        const {{ size, root }} = await note.openCheckpoint(text, vkey);
        return [size, toHex(root)]; }}"""
    found = answers(page, cases, opened)
    assert found == [[root["size"], root["root"]], "bad-signature", "wrong-log", "malformed"]
    read = """(text) => {
        const { entry, index, proof } = note.parseReceipt(toUtf8(text));
        return [bytes.fromUtf8(entry), index, proof.length]; }"""
    receipts = [VECTORS["receipt"], VECTORS["receipt"].replace("index 70", "index 070"), VECTORS["checkpoint"]]
    assert answers(page, receipts, read) == [["entry 70", 70, 9], "malformed", "malformed"]


def test_a_vkey_is_taken_only_in_its_one_spelling(page: Page) -> None:
    good = VECTORS["key"]["vkey"]
    name, key_id, key = good.split("+", 2)
    wrong = [f"other+{key_id}+{key}", f"{name}+00000000+{key}", f"{name}+{key_id}+{key[:-4]}", name, ""]
    read = "async (text) => (await note.parseVkey(text)).name"
    assert answers(page, [good, *wrong], read) == [name, *["vkey-malformed"] * len(wrong)]


def test_json_is_taken_in_its_one_encoding_only(page: Page) -> None:
    value = {"b": [1, True, None, 'é\n\x01\u2028"\\'], "a": {"z": 0, "Z": ""}}
    good = canonical.encode(value).decode()
    read = "(text) => bytes.fromCanonical(toUtf8(text))"
    assert answers(page, [good], read) == [value]
    wrong = [
        '{"b":1,"a":1}',
        '{"a":1,"a":2}',
        '{"a": 1}',
        '{"a":1.0}',
        '{"a":1e0}',
        '"\\u00e9"',
        "{}\n",
        "",
        "\ufeff{}",
    ]
    assert set(answers(page, wrong, read)) == {"malformed"}
