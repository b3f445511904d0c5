"""What the portal says of itself: the keys above all."""

import tomllib
from hashlib import sha256

import pytest

from tests.web.portal.opened import Opened


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_keys_are_there_to_be_compared(portal: Opened, language: str) -> None:
    text = portal.text("/about", language)
    entry0 = portal.ledger.entry(0)
    assert entry0 is not None
    assert portal.ledger.vkey in text.replace("&#43;", "+")
    assert sha256(entry0).hexdigest() in text
    assert "<svg" in text


def test_the_settings_of_an_auditor_name_this_log(portal: Opened) -> None:
    found = tomllib.loads(portal.text("/about/auditor.toml"))
    assert (found["vkey"], found["url"]) == (portal.ledger.vkey, f"https://{portal.world.origin}")
