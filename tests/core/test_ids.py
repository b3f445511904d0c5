"""Ids have one normal form, and links lead back to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import ids
from custody.core.errors import Malformed

GOOD = [
    "8003/09521234000013",
    "8003/09521234000013BOX-000123",
    "8003/0952123400001301",
    "8004/9521234.A(1)",
    "00/095212340000000013",
    "414/9521234567899",
    "414/9521234567899/254/34.71.01.1001-TPS001",
    "seal/pabrik-a/KS0012345",
    "plain/kpu-2024/KOTAK%7",
]
BAD = {
    "8003/09521234000014": "a wrong check digit",
    "8003/19521234000013": "a GRAI that does not begin with 0",
    "8003/0952123400001": "a digit too few",
    "8003/09521234000013" + "A" * 17: "a serial that is too long",
    "8004/": "nothing after the namespace",
    "8004/a/b": "a slash",
    "8004/é": "a letter beyond ASCII",
    "8004/a\n": "a line feed at the end",
    "8004/..": "what a browser takes out of a link's path",
    "plain/kpu/.": "what a browser takes out of a link's path",
    "8003/0\u0669521234000013": "an Arabic nine, which is a digit to Unicode",
    "00/\uff1095212340000000013": "a full-width digit",
    "414/\u0669521234567899": "an Arabic nine",
    "00/095212340000000012": "a wrong check digit",
    "414/9521234567898": "a wrong check digit",
    "414/9521234567899/254/": "an empty extension",
    "414/9521234567899/255/1": "another extension",
    "seal/Pabrik/1": "a maker in capitals",
    "01/09521234000013": "a namespace that is not ours",
    "0109521234000013": "no namespace",
    "": "nothing",
}


@pytest.mark.parametrize("text", GOOD)
def test_an_id_in_normal_form_is_taken_and_its_link_leads_back(text: str) -> None:
    assert ids.check(text) == text
    assert ids.from_digital_link(ids.digital_link(text, "id.example")) == ("id.example", text)


@pytest.mark.parametrize("text", BAD)
def test_an_id_out_of_normal_form_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        ids.check(text)


@given(
    st.text(st.sampled_from("!\"%&'()*+,-.0123456789:;<=>?ABCXYZ_abcxyz"), min_size=1, max_size=30).filter(
        lambda serial: serial not in (".", "..")
    )
)
def test_every_giai_has_exactly_one_link(serial: str) -> None:
    link = ids.digital_link(f"8004/{serial}", "id.example")
    assert ids.from_digital_link(link) == ("id.example", f"8004/{serial}")
    assert not set(link.removeprefix("https://")) & set("\"<>?#&'")


@pytest.mark.parametrize(
    "uri",
    [
        "http://id.example/8004/A",
        "https:///8004/A",
        "https://id.example/8004/%41",
        "https://id.example/8004/%2a",
        "https://id.example//8004/A",
        "https://id.example/8004/A/",
        "https://id.example/8004/A#x",
        "https://id.example/8004/A#",
        "https://id.example/8004/A\n",
        "https://id.example/8004/A?v=1#x",
        "https://user@id.example/8004/A",
        "https://ID.example/8004/A",
        "https://id.example:/8004/A",
        "https://id.ex\u00e4mple/8004/A",
        "https://id.example/8003/0%D9%A9521234000013",
        "https://[/8004/A",
    ],
)
def test_a_link_in_another_form_is_malformed(uri: str) -> None:
    with pytest.raises(Malformed):
        ids.from_digital_link(uri)


@pytest.mark.parametrize("host", ["", "id.example/", "user@id.example", "ID.example", "id.example:", "a b"])
def test_no_link_is_made_to_a_host_in_another_form(host: str) -> None:
    with pytest.raises(Malformed):
        ids.digital_link("8004/A", host)


@pytest.mark.parametrize(
    "text", ["8003/", "8003/0952", "00/0952", "414/9521234567899/254/34.", "plain/kpu/", "seal/a/K"]
)
def test_a_range_is_the_beginning_of_ids_of_one_namespace_and_scope(text: str) -> None:
    assert ids.check_range(text) == text


@pytest.mark.parametrize("text", ["", "8", "8003", "01/", "plain/", "plain/kpu", "seal/a", "8003/\u0669", "8003/1\n"])
def test_a_range_that_would_take_in_other_namespaces_or_scopes_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        ids.check_range(text)


def test_a_site_is_no_item_and_an_item_no_seal() -> None:
    for check, text in [(ids.check_site, GOOD[5]), (ids.check_item, GOOD[0]), (ids.check_seal, GOOD[7])]:
        assert check(text) == text
    for check, text in [(ids.check_item, GOOD[5]), (ids.check_seal, GOOD[0]), (ids.check_site, GOOD[7])]:
        with pytest.raises(Malformed):
            check(text)


def test_the_check_digit_is_gs1s_example() -> None:
    assert ids.check_digit("629104150021") == "3"  # General Specifications 7.9.1
    assert ids.check_digit("37610425002123456") == "9"
