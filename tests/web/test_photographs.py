"""Photographs at a running ledger: which it takes, how often, and that one that was erased stays so."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from custody.core.errors import Erased, StorageFault
from custody.core.event import Paper
from custody.photographs import Photographs
from tests.cli.programs import at_a_terminal, refused, succeed
from tests.photos import jpeg_file, salted
from tests.web.serving import Serving, make_log, problem
from tests.web.test_limits import exchange
from tests.world import World

BYTES = {"Content-Type": "application/octet-stream"}
LIMIT = 1024 * 1024
PICTURES = [jpeg_file(seed=seed) for seed in range(6)]
SEAL, PAPER, LATER, WRONG, LOST, UNNAMED = (salted(picture) for picture in PICTURES)
TEXT, TOO_LARGE = salted(b"D 1234 ABC"), salted(jpeg_file() + bytes(LIMIT))


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(make_log(tmp_path_factory.mktemp("log"), world)) as serving:
        serving.accepted(world.roster[1:])
        photos = [hash_ for hash_, _ in (SEAL, WRONG, LOST, TEXT, TOO_LARGE)]
        serving.accepted(
            [
                world.event("inspect", by=[0], photos=photos),
                world.event("accept", by=[0], receiver=Paper(paper=PAPER[0])),
            ]
        )
        serving.wait_until_followed()
        yield serving


def put(ledger: Serving, hash_: str, body: bytes, headers: dict[str, str] = BYTES) -> httpx.Response:
    return ledger.client.put(f"/api/v1/blobs/{hash_}", content=body, headers=headers)


@pytest.fixture
def folder(ledger: Serving) -> Path:
    return ledger.config_file.parent / "private/photographs"


@pytest.mark.parametrize("photograph", [SEAL, PAPER], ids=["a photograph", "a paper"])
def test_what_a_statement_names_is_kept_once_however_often_it_is_sent(
    ledger: Serving, folder: Path, photograph: tuple[str, bytes]
) -> None:
    hash_, whole = photograph
    answers = [put(ledger, hash_, whole) for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"hash": hash_, "duplicate": again} for again in (False, True)]
    assert answers[0].headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answers[0].headers["content-security-policy"]
    kept = folder / hash_[:2] / hash_
    assert kept.read_bytes() == whole
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in kept.parent.iterdir()] == [hash_]


def test_one_that_no_statement_names_is_to_be_sent_again_once_one_does(ledger: Serving, world: World) -> None:
    for photograph in (LATER, UNNAMED):
        answer = put(ledger, *photograph)
        assert problem(answer) == (409, "unnamed")
        assert answer.json()["retry"] is True
    ledger.accepted([world.event("inspect", by=[0], photos=[LATER[0]])])
    ledger.wait_until_followed()
    assert put(ledger, *LATER).status_code == 200
    assert problem(put(ledger, *UNNAMED)) == (409, "unnamed")


@pytest.mark.parametrize(
    ("hash_", "body", "headers", "expected"),
    [
        (WRONG[0], WRONG[1][:-1], BYTES, (400, "malformed")),
        (WRONG[0], SEAL[1], BYTES, (400, "malformed")),
        (WRONG[0], b"", BYTES, (400, "malformed")),
        (*TEXT, BYTES, (400, "malformed")),
        (*TOO_LARGE, BYTES, (413, "oversize")),
        (*WRONG, {"Content-Type": "image/jpeg"}, (415, "unsupported-media-type")),
        (*WRONG, BYTES | {"Content-Encoding": "gzip"}, (415, "unsupported-media-type")),
        (WRONG[0].upper(), WRONG[1], BYTES, (400, "malformed")),
        ("0", WRONG[1], BYTES, (400, "malformed")),
    ],
    ids=["cut short", "another", "nothing", "no JPEG", "too large", "another type", "zipped", "a spelling", "no hash"],
)
def test_bytes_are_refused_for_good_that_are(
    ledger: Serving, hash_: str, body: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = put(ledger, hash_, body, headers)
    assert problem(answer) == expected
    assert answer.json()["retry"] is False


def test_one_whose_body_ends_before_its_length_may_be_sent_again(ledger: Serving) -> None:
    hash_, whole = WRONG
    head = f"PUT /api/v1/blobs/{hash_} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
    request = f"{head}Content-Length: {len(whole)}\r\n\r\n".encode() + whole[:500]
    answer = exchange(ledger, request, half_close=True)
    assert problem(answer) == (400, "cut-short")
    assert answer.json()["retry"] is True


def test_nobody_gets_a_photograph_over_the_network(ledger: Serving) -> None:
    put(ledger, *SEAL)
    for method in ("GET", "HEAD", "POST", "DELETE"):
        answer = ledger.client.request(method, f"/api/v1/blobs/{SEAL[0]}")
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"OPTIONS", "PUT"})


def test_on_the_ledgers_machine_it_is_written_out_and_erased_for_good(
    ledger: Serving, folder: Path, tmp_path: Path
) -> None:
    hash_, whole = LOST
    config = ("--config", ledger.config_file)
    assert "no such photograph" in refused("blob", "get", hash_, "--to", tmp_path / "x.jpg", *config)
    put(ledger, hash_, whole)
    succeed("blob", "get", hash_, "--to", tmp_path / "x.jpg", *config)
    assert (tmp_path / "x.jpg").read_bytes() == whole[16:]
    assert "exists" in refused("blob", "get", hash_, "--to", tmp_path / "x.jpg", *config)

    command = ["blob", "erase", hash_, *map(str, config)]
    assert at_a_terminal(command, [("Erase for good?", "n")]).code != 0
    assert put(ledger, hash_, whole).json()["duplicate"] is True
    assert at_a_terminal(command, [("Erase for good?", "y")]).code == 0

    held = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not any(whole[-300:-200] in content for content in held)
    for _ in range(2):
        answer = put(ledger, hash_, whole)
        assert problem(answer) == (410, "erased")
        assert answer.json()["retry"] is False
    assert "erased" in refused("blob", "get", hash_, "--to", tmp_path / "y.jpg", *config)
    assert "Not here" in succeed("blob", "erase", hash_, "--yes", *config)


@pytest.mark.parametrize("limits", ["peer_photograph_burst = 3", "photograph_burst = 3"], ids=["of one", "of all"])
def test_more_photographs_than_the_limit_are_to_come_later(world: World, tmp_path: Path, limits: str) -> None:
    slow = f"photograph_rate = 0.001\npeer_photograph_rate = 0.001\n{limits}\n"
    with Serving(make_log(tmp_path, World(), slow)) as serving:
        answers = [put(serving, *SEAL) for _ in range(5)]
        assert [problem(answer) for answer in answers] == [(409, "unnamed")] * 3 + [(429, "quota-exceeded")] * 2
        assert answers[-1].headers["retry-after"]
        assert answers[-1].json()["retry"] is True
        assert serving.get("/readyz").status_code == 200


# The store by itself


def test_many_that_put_one_photograph_at_once_keep_it_once(tmp_path: Path) -> None:
    store, news = Photographs(tmp_path / "photographs"), []
    begin = threading.Barrier(8)

    def put_it() -> None:
        begin.wait()
        news.append(store.put(*SEAL))

    threads = [threading.Thread(target=put_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news) == [False] * 7 + [True]
    assert store.get(SEAL[0]) == SEAL[1][16:]


def test_one_that_was_changed_on_disk_is_not_given_out(tmp_path: Path) -> None:
    store = Photographs(tmp_path)
    store.put(*SEAL)
    assert store.get(SEAL[0])
    (tmp_path / SEAL[0][:2] / SEAL[0]).write_bytes(WRONG[1])
    with pytest.raises(StorageFault, match="not what was put"):
        store.get(SEAL[0])


def test_one_that_is_erased_before_it_comes_is_not_taken(tmp_path: Path) -> None:
    store = Photographs(tmp_path)
    assert store.get(SEAL[0]) is None
    assert store.erase(SEAL[0]) is False
    with pytest.raises(Erased):
        store.put(*SEAL)
    assert store.put(*WRONG) is True
    assert store.erase(WRONG[0]) is True


def test_what_a_power_cut_left_of_one_is_erased_with_it(tmp_path: Path) -> None:
    store = Photographs(tmp_path)
    store.put(*SEAL)
    left = tmp_path / SEAL[0][:2] / f".{SEAL[0]}.x7"
    left.write_bytes(SEAL[1][:1000])
    store.erase(SEAL[0])
    assert [path.read_bytes() for path in left.parent.iterdir()] == [b""]
