from typing import get_args

import msgspec
import pytest

from custody.core import badge
from custody.core.errors import ConfigFault
from custody.core.head import HandlerRole
from custody.core.words import ROLES
from custody.printing.badges import BadgeSpec, badge_page
from tests.printing.rendering import codes, pages, size_mm

HANDLER = badge.handler_id(b"0123456789")
SPEC = BadgeSpec(
    text=badge.encode(badge.Badge(HANDLER, b"0123456789abcdef", "0123abcd")),
    handler=HANDLER,
    role="carrier",
    origin="logistik.example.go.id/pemilu",
    site="414/9521234567899/254/32.04.05",
    site_name="Gudang KPU Kabupaten Bandung",
)


@pytest.mark.parametrize("dpi", [200, 300])
def test_the_code_on_a_badge_reads_back_and_lies_on_its_back(dpi: int) -> None:
    (page,) = pages(badge_page(SPEC))
    (code,) = codes(page, dpi)
    assert code.text == SPEC.text
    fold, top = 210 / 2, 30
    assert fold < code.left < code.right < fold + 85.6
    assert top < code.top < code.bottom < top + 54


def test_a_badge_comes_on_a4() -> None:
    (page,) = pages(badge_page(SPEC))
    assert size_mm(page) == pytest.approx((210, 297), abs=0.1)


def test_the_front_names_handler_role_and_site_in_both_languages() -> None:
    (page,) = pages(badge_page(SPEC))
    points = 72 / 25.4
    front = page.get_textpage().get_text_bounded(
        left=0, right=105 * points, top=(297 - 30) * points, bottom=(297 - 84) * points
    )
    for words in (HANDLER, "Pengangkut", "Carrier", SPEC.site, SPEC.site_name, SPEC.origin):
        assert words in front


def test_the_secret_is_nowhere_in_words() -> None:
    (page,) = pages(badge_page(SPEC))
    secret = SPEC.text.split("/")[3]
    assert secret not in page.get_textpage().get_text_range()


def test_every_role_has_its_words() -> None:
    assert set(ROLES) == set(get_args(HandlerRole))
    for role in ROLES:
        assert badge_page(msgspec.structs.replace(SPEC, role=role))


def test_the_same_badge_gives_the_same_bytes() -> None:
    page = badge_page(SPEC)
    assert page == badge_page(SPEC)
    assert b"Date" not in page


def test_a_site_name_too_long_for_the_card_is_refused() -> None:
    with pytest.raises(ConfigFault, match="too long for a badge"):
        badge_page(msgspec.structs.replace(SPEC, site_name="Gudang " * 20))
