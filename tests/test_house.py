"""The tree itself: locks that install from anywhere, nothing of one machine in tracked files."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]

# Put together from parts, so that this file does not hold what it looks for.
REGISTRY_HOSTS = re.compile(
    r"\b(?:[\w-]+\.)*(?:"
    + "|".join(["py" + r"pi\.org", "python" + r"hosted\.", "npm" + r"js\.", r"deb\." + "debian"])
    + ")"
)
HOME_DIRECTORIES = re.compile(
    r"(?<![\w.~$}-])/(?:" + "|".join(["ho" + r"me/\w", "ro" + r"ot/\w", "Us" + r"ers/\w", "wo" + "rk/"]) + ")"
)


def tracked_texts() -> list[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: there is no list of tracked files")
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [(name, (ROOT / name).read_bytes().decode("utf-8", "replace")) for name in names]


def pinned(lock: str) -> dict[str, list[str]]:
    """Each `name==version` of a lock with its hashes; fails on a line of any other shape."""
    pins: dict[str, list[str]] = {}
    pin = ""
    for line in (ROOT / lock).read_text().splitlines():
        if line.lstrip().startswith("#"):
            continue
        if hashed := re.fullmatch(r"    --hash=(sha256:[0-9a-f]{64})(?: \\)?", line):
            pins[pin].append(hashed[1])
        else:
            requirement = re.fullmatch(r"([a-z0-9-]+==[\w.+!]+)(?: ; .+)? \\", line)
            assert requirement, f"{lock}: neither a pinned requirement nor a hash: {line}"
            pin = requirement[1]
            pins[pin] = []
    return pins


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_in_a_lock_has_hashes(lock: str) -> None:
    assert [pin for pin, hashes in pinned(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock: str) -> None:
    assert re.findall(r".*(?:://|--\w*index-url|--find-links|file:).*", (ROOT / lock).read_text()) == []


def test_the_development_lock_contains_the_runtime_lock() -> None:
    development = pinned("requirements-dev.lock")
    assert [pin for pin, hashes in pinned("requirements.lock").items() if development.get(pin) != hashes] == []


@pytest.mark.parametrize("forbidden", [REGISTRY_HOSTS, HOME_DIRECTORIES], ids=["registry-host", "machine-path"])
def test_no_tracked_file_names_a_registry_or_a_place_on_one_machine(forbidden: re.Pattern[str]) -> None:
    found = [f"{name}: {match[0]}" for name, text in tracked_texts() for match in forbidden.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("forbidden", "text"),
    [
        (REGISTRY_HOSTS, "https://" + "py" + "pi.org/simple"),
        (REGISTRY_HOSTS, "files." + "python" + "hosted.org"),
        (HOME_DIRECTORIES, 'open("/ho' + 'me/someone/x")'),
        (HOME_DIRECTORIES, "see /wo" + "rk/main"),
    ],
)
def test_the_search_finds_what_it_looks_for(forbidden: re.Pattern[str], text: str) -> None:
    assert forbidden.search(text)


def test_continuous_integration_runs_the_tests_and_nothing_else() -> None:
    commands = (ROOT / ".ci/run").read_text().splitlines()[1:]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
