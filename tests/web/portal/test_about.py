"""What the portal says of itself: the keys above all."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from custody.core.planning import Signatures
from tests.web.portal.opened import Opened, opened
from tests.world import START, World

HOUR = 3_600_000


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


@pytest.mark.parametrize(
    ("language", "default", "handover", "day"),
    [("id", "aturan bawaan berlaku", "Serah terima: ≥ 2", "1 hari"),
     ("en", "the default rules hold", "Handover: ≥ 2", "1 day")],
)  # fmt: skip
def test_without_a_policy_the_default_is_shown_to_be_in_force(
    portal: Opened, language: str, default: str, handover: str, day: str
) -> None:
    told = policy(portal, language)
    assert [text for text in (default, handover, f"<dd>{day}</dd>") if text not in told] == []


@pytest.mark.parametrize(
    ("language", "texts"),
    [("id", ("Serah terima: ≥ 3", "<dd>6 jam</dd>", "Tunda untuk umum", "berlaku sejak", "Yang tidak terbukti")),
     ("en", ("Handover: ≥ 3", "<dd>6 hours</dd>", "Public delay", "in force since", "What this does not prove"))],
)  # fmt: skip
def test_the_policy_in_force_is_shown_with_its_statement_and_so_is_what_holds_at_one_site(
    tmp_path: Path, language: str, texts: tuple[str, ...]
) -> None:
    world = World()
    with opened(tmp_path, world) as portal:
        first = len(world.roster)
        rules = [Signatures(action="handover", count=3)]
        portal.submit([
            world.policy(begins=START, release_ms=9 * HOUR),
            world.policy(begins=START + 1, release_ms=6 * HOUR, signatures=rules),
            world.policy(begins=START, site=world.sites[2], release_ms=5 * HOUR),
            world.policy(begins=2**45, release_ms=4 * HOUR),
        ])  # fmt: skip
        told = policy(portal, language)
        assert [text for text in texts if text not in told] == []
        linked = [int(index) for index in re.findall(r'href="/log/entries/([0-9]+)"', told)]
        assert linked == [first + 1, first + 2, first + 3]
        assert "Site 2" in told
        assert "9 " + ("jam" if language == "id" else "hours") not in told


def policy(portal: Opened, language: str) -> str:
    """That part of the page."""
    return portal.text("/about", language).partition('id="policy"')[2].rpartition("<h2")[0]
