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
    commented = {"advice", "clock_confirmed", "url"}
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
        (LEAST + 'url = "http://logistik.example"\n', "url"),
        (LEAST + 'url = "https://10.0.0.5"\n', "url"),
        (LEAST + 'url = "https://logistik.example/portal"\n', "url"),
        (LEAST + 'url = "https://logistik.example\\n"\n', "url"),
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


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        ("", "http://localhost:8443"),
        ('listen = "0.0.0.0:80"\n', "http://localhost"),
        ('listen = "[::1]:9000"\n', "http://localhost:9000"),
        ('url = "https://logistik.example"\n', "https://logistik.example"),
        ('url = "https://logistik.example:443"\n', "https://logistik.example"),
        ('url = "https://kpu:8443"\n', "https://kpu:8443"),
        ('url = "http://localhost:8000"\n', "http://localhost:8000"),
    ],
)
def test_the_portal_is_reached_where_the_settings_say_or_on_this_machine(
    tmp_path: Path, line: str, reached: str
) -> None:
    (tmp_path / "ledger.toml").write_text(LEAST + line)
    assert load(tmp_path / "ledger.toml").portal_url == reached


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="cannot be read"):
        load(tmp_path / "ledger.toml")
