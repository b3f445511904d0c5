"""The settings file: the example is the default, and what is wrong is told with its place."""

from pathlib import Path

import msgspec
import pytest

from custody.core.errors import ConfigFault
from custody.ledger.config import LedgerConfig, Limits, load

EXAMPLE = Path(__file__).parents[2] / "config" / "ledger.toml"
LEAST = 'origin = "ledger.test/log"\ndata = "data"\nguard = "/mnt/guard/checkpoint"\nkey = "log-key.pem"\n'


def test_the_example_states_the_defaults() -> None:
    example = load(EXAMPLE)
    assert example.limits == Limits()
    stated = msgspec.toml.decode(EXAMPLE.read_text())
    assert stated["limits"].keys() == set(Limits.__struct_fields__)
    assert (example.listen, example.threads) == ("127.0.0.1:8443", 16)
    commented = {"advice", "clock_confirmed"}
    assert stated.keys() | commented == set(LedgerConfig.__struct_fields__)
    assert all(f"# {name} = " in EXAMPLE.read_text() for name in commented)


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.toml").write_text(LEAST)
    config = load(tmp_path / "ledger.toml")
    assert config.data == tmp_path / "data"
    dotted = LEAST.replace("ledger.test/log", "ledger.test/..a/.b/c.")
    (tmp_path / "ledger.toml").write_text(dotted)
    assert load(tmp_path / "ledger.toml").origin == "ledger.test/..a/.b/c."
    assert config.guard == Path("/mnt/guard/checkpoint")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (LEAST + "colour = 1\n", "colour"),
        (LEAST + "[limits]\nrate = 0\n", "limits.rate"),
        (LEAST + "[limits]\nmax_batch = 1001\n", "limits.max_batch"),
        (LEAST.replace("ledger.test/log", "https://ledger.test/log"), "origin"),
        (LEAST.replace('data = "data"\n', ""), "data"),
        (LEAST.replace("ledger.test/log", "ledger.test/../log"), "origin"),
        (LEAST.replace("ledger.test/log", "ledger.test/."), "origin"),
        (LEAST.replace('data = "data"', "data = 5"), "path"),
        ("origin = ", "Invalid"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "ledger.toml").write_text(text)
    with pytest.raises(ConfigFault) as caught:
        load(tmp_path / "ledger.toml")
    assert word in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="cannot be read"):
        load(tmp_path / "ledger.toml")
