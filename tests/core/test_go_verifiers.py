"""Go's transparency-log packages, which are not ours, accept our log and its proofs, and refuse forged ones."""

import http.server
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from custody.core.keys import SigningKey
from custody.core.merkle import consistency_proof, inclusion_proof, root
from custody.core.note import encode_vkey, sign_note
from custody.core.proof import Receipt
from custody.core.tiles import node_reader
from tests import go_verifier
from tests.tile_folder import tile_reader, write_file, write_log

KEY = SigningKey.from_seed(bytes(range(32)))
ORIGIN = "log.example/drill"
VKEY = encode_vkey(ORIGIN, KEY.public)
ENTRIES = [b"entry %d" % number for number in range(700)]
SIZES = [1, 255, 256, 300, 512, 700]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    write_log(folder, ENTRIES, ORIGIN, KEY)
    return folder


@pytest.fixture
def server(log: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log))) as running:
        threading.Thread(target=running.serve_forever).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def receipt(log: Path, index: int, checkpoint: bytes, size: int) -> Receipt:
    proof = inclusion_proof(index, size, node_reader(700, tile_reader(log)))
    return Receipt(index, tuple(proof), checkpoint, ENTRIES[index])


def consistency(log: Path, old: int, new: int) -> dict[str, object]:
    node = node_reader(700, tile_reader(log))
    old_root, new_root, *proof = (
        b64encode(value).decode() for value in [root(old, node), root(new, node), *consistency_proof(old, new, node)]
    )
    return {"old_size": old, "old_root": old_root, "new_size": new, "new_root": new_root, "proof": proof}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 700])
def test_go_rebuilds_our_tree_from_its_entries_and_from_its_tiles(tmp_path: Path, size: int) -> None:
    write_log(tmp_path, ENTRIES[:size], ORIGIN, KEY)
    summary = go_verifier.run(tmp_path, VKEY)
    expected = b64encode(root(size, node_reader(size, tile_reader(tmp_path)))).decode()
    assert summary == {"origin": ORIGIN, "size": size, "root": expected, "files": 0}


def test_go_reads_our_third_level_of_tiles(tmp_path: Path) -> None:
    write_log(tmp_path, [b"%d" % number for number in range(65_600)], ORIGIN, KEY)
    assert (tmp_path / "tile/2/000.p/1").exists()
    assert go_verifier.run(tmp_path, VKEY)["size"] == 65_600


def test_go_verifies_a_log_over_http(server: str) -> None:
    assert go_verifier.run(server, VKEY)["size"] == 700


def test_go_finds_each_published_size_served_and_continued(tmp_path: Path) -> None:
    """At every published size the checkpoint of that size is put back: the partial tiles that it needs are there."""
    checkpoints = write_log(tmp_path / "log", ENTRIES, ORIGIN, KEY, SIZES)
    files = []
    for size, checkpoint in zip(SIZES, checkpoints, strict=True):
        write_file(tmp_path / "log", "checkpoint", checkpoint)
        assert go_verifier.run(tmp_path / "log", VKEY, *files)["size"] == size
        write_file(tmp_path, f"{size}.checkpoint", checkpoint)
        files.append(tmp_path / f"{size}.checkpoint")


def test_go_accepts_our_receipts(log: Path, tmp_path: Path) -> None:
    checkpoints = write_log(tmp_path / "log", ENTRIES, ORIGIN, KEY, SIZES)
    files = []
    for size, checkpoint in zip(SIZES, checkpoints, strict=True):
        for index in {0, size // 2, size - 1}:
            name = f"{index}-{size}.tlog-proof"
            write_file(tmp_path, name, receipt(log, index, checkpoint, size).encode())
            files.append(tmp_path / name)
    assert go_verifier.run(log, VKEY, *files)["files"] == len(files)


def test_go_accepts_our_consistency_proofs(log: Path, tmp_path: Path) -> None:
    files = []
    for old, new in [(1, 2), (1, 700), (255, 256), (256, 700), (300, 512), (511, 513), (699, 700), (700, 700)]:
        name = f"{old}-{new}.consistency"
        write_file(tmp_path, name, json.dumps(consistency(log, old, new)).encode())
        files.append(tmp_path / name)
    assert go_verifier.run(log, VKEY, *files)["files"] == len(files)


def test_go_refuses_a_log_under_another_key(log: Path) -> None:
    stranger = SigningKey.from_seed(b"s" * 32)
    with pytest.raises(go_verifier.Refused, match="checkpoint"):
        go_verifier.run(log, encode_vkey(ORIGIN, stranger.public))


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("tile/entries/001", "the entries have root"),
        ("tile/0/001", "inconsistent tile"),
        ("tile/1/000.p/2", "inconsistent tile"),
    ],
)
def test_go_refuses_a_log_with_one_changed_byte(log: Path, path: str, what: str) -> None:
    data = bytearray((log / path).read_bytes())
    data[40] ^= 1
    (log / path).write_bytes(data)
    with pytest.raises(go_verifier.Refused, match=what):
        go_verifier.run(log, VKEY)


def test_go_refuses_a_rewritten_history_and_forged_proofs(log: Path, tmp_path: Path) -> None:
    rewritten = write_log(tmp_path / "rewritten", [b"another", *ENTRIES[1:300]], ORIGIN, KEY)[0]
    true = receipt(log, 7, (log / "checkpoint").read_bytes(), 700)
    forged = {
        "rewritten.checkpoint": rewritten,
        "other.checkpoint": sign_note("log.example/real\n1\n" + b64encode(bytes(32)).decode() + "\n", ORIGIN, KEY),
        "entry.tlog-proof": Receipt(7, true.proof, true.checkpoint, b"entry 8").encode(),
        "index.tlog-proof": Receipt(8, true.proof, true.checkpoint, true.extra).encode(),
        "short.tlog-proof": Receipt(7, true.proof[1:], true.checkpoint, true.extra).encode(),
        "old.consistency": json.dumps(consistency(log, 300, 700) | {"old_size": 301}).encode(),
    }
    for name, data in forged.items():
        write_file(tmp_path, name, data)
        with pytest.raises(go_verifier.Refused, match=name):
            go_verifier.run(log, VKEY, tmp_path / name)
