"""Writes log.json, the known answers of FORMAT.md's sections on the log: `python -m tests.vectors.generate_log`.

The tree's hashes come from the RFC's recursion in tests/core/rfc9162.py, not from the code that the vectors test.
Bytes are hex; texts that a file would hold are given as they are.
"""

import json
from pathlib import Path
from typing import Any

from custody.core.checkpoint import Checkpoint
from custody.core.keys import SigningKey
from custody.core.note import encode_vkey, key_id, sign_note
from custody.core.proof import Receipt
from custody.core.tiles import ENTRIES as BUNDLE
from custody.core.tiles import Tile, bundle_encode, tile_path, tiles_of
from tests.core import rfc9162

VECTORS = Path(__file__).parent / "log.json"
SEED = bytes(range(32))
ORIGIN = "log.example/drill"

SIZES = [0, 1, 2, 3, 4, 7, 8, 255, 256, 257, 1100]
INCLUSIONS = [(0, 1), (0, 2), (2, 3), (5, 7), (255, 256), (256, 257), (70, 1100), (1099, 1100)]
CONSISTENCIES = [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (255, 256), (256, 257), (300, 1100)]
TILES = [Tile(0, 0, 256), Tile(0, 1234067, 1), Tile(1, 999, 17), Tile(63, 1000, 256), Tile(BUNDLE, 67, 255)]


def vectors() -> dict[str, Any]:
    key = SigningKey.from_seed(SEED)
    return {
        "entries": "entry n (from 0) is the ASCII text 'entry ' followed by n in decimal",
        "roots": [{"size": size, "root": rfc9162.root(rfc9162.ENTRIES[:size]).hex()} for size in SIZES],
        "inclusion_proofs": [
            {"index": index, "size": size, "proof": _hex(rfc9162.inclusion_proof(index, rfc9162.ENTRIES[:size]))}
            for index, size in INCLUSIONS
        ],
        "consistency_proofs": [
            {"old": old, "new": new, "proof": _hex(rfc9162.consistency_proof(old, rfc9162.ENTRIES[:new]))}
            for old, new in CONSISTENCIES
        ],
        "paths": [
            {"level": level, "n": n, "width": width, "path": tile_path(level, n, width)} for level, n, width in TILES
        ],
        "tiles_of_70000": [tile_path(*tile) for tile in tiles_of(70_000)][-5:],
        "bundle": bundle_encode(rfc9162.ENTRIES[:3]).hex(),
        "key": {
            "seed": SEED.hex(),
            "name": ORIGIN,
            "public": key.public.hex(),
            "key_id": key_id(ORIGIN, key.public).hex(),
            "vkey": encode_vkey(ORIGIN, key.public),
        },
        "note": sign_note("first line\n\nafter an empty line\n", ORIGIN, key).decode(),
        "checkpoint": _checkpoint(1100).sign(key).decode(),
        "receipt": _receipt(70, 300, key).encode().decode(),
    }


def _checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, rfc9162.root(rfc9162.ENTRIES[:size]))


def _receipt(index: int, size: int, key: SigningKey) -> Receipt:
    proof = rfc9162.inclusion_proof(index, rfc9162.ENTRIES[:size])
    return Receipt(index, tuple(proof), _checkpoint(size).sign(key), rfc9162.ENTRIES[index])


def _hex(hashes: list[bytes]) -> list[str]:
    return [value.hex() for value in hashes]


def encoded() -> str:
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    VECTORS.write_text(encoded())
