"""The auditor's settings."""

from pathlib import Path

import pytest

from custody.audit import config
from custody.core.errors import ConfigFault

EXAMPLE = Path(__file__).parents[2] / "config/auditor.toml"
VKEY = 'vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"\n'
ENTRY0 = f'entry0 = "{"a" * 64}"\n'
URL = 'url = "https://example.com/foo"\n'


def test_the_documented_example_loads() -> None:
    assert config.load(EXAMPLE).verifier.name == "example.com/foo"


def test_a_folder_is_relative_to_the_settings(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(VKEY + ENTRY0 + 'folder = "tiles"\n')

    assert config.load(tmp_path / "auditor.toml").location == str(tmp_path / "tiles")


@pytest.mark.parametrize(("line", "name"), [("", "auditor.state"), ('state = "verified/2029"\n', "verified/2029")])
def test_what_a_verification_leaves_lies_beside_the_settings_or_where_they_say(
    tmp_path: Path, line: str, name: str
) -> None:
    (tmp_path / "auditor.toml").write_text(VKEY + ENTRY0 + URL + line)

    assert config.load(tmp_path / "auditor.toml").state == tmp_path / name


def test_who_signs_reports_is_named_relative_to_the_settings_key_and_certificate_together(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(VKEY + ENTRY0 + URL + 'report_key = "a.key"\nreport_certificate = "a.crt"\n')

    loaded = config.load(path)

    assert (loaded.report_key, loaded.report_certificate) == (tmp_path / "a.key", tmp_path / "a.crt")
    path.write_text(VKEY + ENTRY0 + URL + 'report_key = "a.key"\n')
    with pytest.raises(ConfigFault, match="does not say who signs reports"):
        config.load(path)


@pytest.mark.parametrize(
    "text",
    [
        VKEY + ENTRY0,
        VKEY + ENTRY0 + URL + 'folder = "tiles"\n',
        VKEY + ENTRY0.upper() + URL,
        VKEY + ENTRY0.replace("a", "A") + URL,
        VKEY.replace("530d903a", "530d903b") + ENTRY0 + URL,
        VKEY + ENTRY0 + URL + "trust = true\n",
        ENTRY0 + URL,
        VKEY + ENTRY0 + "folder = 5\n",
        "not TOML",
        "\xff",
    ],
)
def test_settings_that_say_too_little_too_much_or_nothing_sensible_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "auditor.toml").write_bytes(text.encode("latin-1"))

    with pytest.raises(ConfigFault, match=r"auditor\.toml"):
        config.load(tmp_path / "auditor.toml")


def test_settings_that_are_not_there_say_how_to_name_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="--config"):
        config.load(tmp_path / "auditor.toml")
