"""`custody policy`: what an officer writes becomes the signed policy that is in force; the example is the default."""

from pathlib import Path

import msgspec
import pytest

from custody.core.planning import Leg, Photographed, Policy
from custody.core.policy import DEFAULT, effective
from custody.lists.policy import PolicyFile, read_policy
from tests.cli.desks import OFFICE, STORE, Desk
from tests.cli.programs import refused, succeed
from tests.core.statements import head, key

EXAMPLE = Path(__file__).parents[2] / "config/policy.toml"
BEGINS = "begins = 2029-01-01T00:00:00+07:00\n"


def write(desk: Desk, text: str) -> Path:
    path = desk.folder / "policy.toml"
    path.write_text(text)
    return path


def set_(desk: Desk, text: str) -> str:
    return succeed("policy", "set", write(desk, text), "--desk", desk.folder, "--yes")


def refuses(desk: Desk, text: str) -> str:
    before = desk.lines()
    output = refused("policy", "set", write(desk, text), "--desk", desk.folder, "--yes")
    assert desk.lines() == before
    return output


def show(desk: Desk, *arguments: object) -> str:
    return succeed("policy", "show", "--desk", desk.folder, *arguments)


def test_the_example_is_the_default_and_leaves_nothing_out() -> None:
    stated = msgspec.toml.decode(EXAMPLE.read_text())
    assert set(stated) == set(PolicyFile.__struct_fields__) - {"site"}
    assert '# site = "414/' in EXAMPLE.read_text()
    assert effective(Policy(**head(key("authority"), 1, None), **read_policy(EXAMPLE.read_bytes(), EXAMPLE))) == DEFAULT


def test_a_policy_is_signed_as_it_is_written(desk: Desk) -> None:
    shown = set_(
        desk,
        BEGINS
        + f'site = "{OFFICE}"\nrelease = "36h"\nskew = "90 s"\nmanual = true\n'
        + 'legs = [{ from = "port", to = "district", times = ["30min", "2d"] }]\n[signatures]\n[sealed]\nbox = 2\n'
        + '[photographs]\nopen = "always"\nseal = "unnumbered"\n',
    )
    body = desk.statements()[-1].body
    assert isinstance(body, Policy)
    said = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not None}
    assert {name: said[name] for name in set(said) - set(head(key("authority"), 1, None))} == {
        "site": OFFICE,
        "begins": 1_861_894_800_000,
        "release_ms": 36 * 3_600_000,
        "skew_ms": 90_000,
        "manual": True,
        "legs": [Leg(from_="port", to="district", times=[1_800_000, 172_800_000])],
        "signatures": [],
        "sealed": body.sealed,
        "photographs": [Photographed(action="open", of="always"), Photographed(action="seal", of="unnumbered")],
    }
    assert desk.replay().verdicts[-1].effect is None
    for text in (
        "36 jam / h",
        "port → district: 2 ×, 30 menit / min – 48 jam / h",
        "box: 2",
        "open: selalu / always",
        "the default rules",
    ):
        assert text in shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "begins"),
        ("begins = 2029-01-01T00:00:00\n", "begins"),
        (BEGINS + "colour = 1\n", "colour"),
        (BEGINS + 'release = "36"\n', "release: that is no duration"),
        (BEGINS + "release = 36\n", "release"),
        (BEGINS + "percentile = 101\n", "percentile"),
        (BEGINS + '[roles]\naccept = ["boss"]\n', "roles"),
        (BEGINS + "[signatures]\nhandovr = 2\n", "handovr"),
        (BEGINS + "[signatures]\nhandover = 16\n", "signatures"),
        (BEGINS + '[photographs]\nunsel = "always"\n', "unsel"),
        (BEGINS + '[photographs]\nunseal = "never"\n', "photographs"),
        (BEGINS + 'legs = [{ from = "port", to = "port", times = ["1w"] }]\n', "legs, port to port"),
        (BEGINS + f'site = "{STORE}"\n', "site-unknown"),
        ("begins = \n", "does not hold a policy"),
    ],
)
def test_a_fault_in_a_policy_is_named_and_nothing_is_signed(desk: Desk, text: str, named: str) -> None:
    assert named in refuses(desk, text)


def test_a_policy_that_is_dated_back_says_from_when_it_counts(desk: Desk) -> None:
    assert "counts only once the log has it" in set_(desk, BEGINS.replace("2029", "2020"))
    assert "counts only once the log has it" not in set_(desk, BEGINS.replace("2029", "2999"))


def test_the_policy_in_force_is_that_of_the_nearest_site_at_the_time(desk: Desk) -> None:
    desk.roster("site", "--site", STORE, "--category", "warehouse", "--name", "Gudang", "--parent", OFFICE)
    set_(desk, BEGINS + f'site = "{OFFICE}"\nlate = "3d"\n')
    after, before = ("--at", "2029-01-01T00:00+07:00"), ("--at", "2028-12-31T23:59+07:00")
    for arguments, late, origin in (
        (("--site", STORE, *after), "72 jam", "ditandatangani / signed"),
        (("--site", STORE, *before), "168 jam", "bawaan / the default"),
        (after, "168 jam", "bawaan / the default"),
    ):
        shown = show(desk, *arguments)
        assert late in shown
        assert origin in shown
    assert "not in the roster" in refused("policy", "show", "--desk", desk.folder, "--site", "414/9521111111112")


def test_the_default_policy_is_shown_without_a_desk(tmp_path: Path) -> None:
    shown = succeed("policy", "show", "--default", "--desk", tmp_path / "none")
    for text in ("handover: ≥ 2", "24 jam / h", "box: 1", "port → port: 1 ×, 168 jam / h"):
        assert text in shown
