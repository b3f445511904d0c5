"""Statements are prepared in the portal, given out, signed elsewhere and taken in; nothing takes effect before."""

import re
from io import BytesIO
from typing import Any

import pytest

from custody.core import prepared, roster, statement
from custody.core.prepared import DraftFile, complete
from custody.core.roster import Device, Site
from custody.core.statement import Statement
from custody.ledger import lookup_findings
from custody.ledger.lookup_findings import Wanted
from custody.web.admin.present import PAGE
from tests.web.admin.visitor import Visitor, signed_up, store
from tests.web.portal.opened import Opened
from tests.world import World, item_id, key_of, site_id

PAGE_OF = "/desk/roster"


@pytest.fixture(scope="module")
def operator(portal: Opened) -> Visitor:
    return signed_up(portal, "operator", "operator")


def a_site(number: int, **changed: str) -> dict[str, str]:
    return {
        "site": site_id(number),
        "category": "warehouse",
        "name": f"Gudang {number}",
        "parent": site_id(0),
    } | changed


def prepare(visitor: Visitor, kind: str, **fields: Any) -> str:
    """The roster page after a form that must be taken."""
    answer = visitor.post(f"/desk/roster/new/{kind}", f"/desk/roster/new/{kind}", **fields)
    assert (answer.status_code, answer.headers.get("Location")) == (303, PAGE_OF), answer.text
    return visitor.get(PAGE_OF).text


def refused(visitor: Visitor, kind: str, **fields: Any) -> str:
    """The form again, with what is wrong."""
    answer = visitor.post(f"/desk/roster/new/{kind}", f"/desk/roster/new/{kind}", **fields)
    assert answer.status_code == 400, answer.headers
    return answer.text


def download(visitor: Visitor, **fields: Any) -> DraftFile:
    answer = visitor.post(PAGE_OF, f"{PAGE_OF}/draft", **{"which": "all", **fields})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].endswith('.custody-draft.json"')
    return prepared.decode_file(answer.data)


def signed(world: World, file: DraftFile) -> list[Statement]:
    """As the authority's machine signs them, by its own chain."""
    found = []
    for one in file.statements:
        seq, prev = world.authority.next()
        head = {"v": 1, "log": world.origin, "issuer": world.authority.key.keyid, "seq": seq, "prev": prev,
                "time": world.time, "signers": [world.authority.key.keyid]}  # fmt: skip
        done = statement.sign(complete(one, head), [world.authority.key])
        world.authority.seq, world.authority.head = seq, done.id
        found.append(done)
    return found


def upload(visitor: Visitor, data: bytes, status: int = 200) -> str:
    answer = visitor.post(PAGE_OF, f"{PAGE_OF}/signed", signed=(BytesIO(data), "x.custody-signed.ndjson"))
    assert answer.status_code == status, answer.text
    return answer.text


def fault(page: str, field: str) -> str:
    """What stands beside a field."""
    found = re.search(rf'id="{field}-fault">(.*?)</p>', page, re.S)
    assert found, page
    return found[1]


def withdraw_all(visitor: Visitor) -> None:
    for number in re.findall(r'name="id" value="(\d+)"', visitor.get(PAGE_OF).text):
        assert visitor.post(PAGE_OF, f"{PAGE_OF}/{number}/withdraw").status_code == 303


def test_what_is_prepared_takes_effect_once_it_is_signed_and_uploaded(portal: Opened, operator: Visitor) -> None:
    page = prepare(operator, "site", **a_site(71))
    assert "Gudang 71" in page
    file = download(operator)
    assert (file.log, [prepared.kind_of(one) for one in file.statements]) == (portal.world.origin, ["site"])
    assert site_id(71) not in portal.ledger.trusted().sites
    answers = upload(operator, b"".join(one.envelope + b"\n" for one in signed(portal.world, file)))
    index = portal.ledger.status().size - 1
    assert f"/log/entries/{index}" in answers
    assert "berlaku" in answers
    assert portal.ledger.trusted().sites[site_id(71)].name == "Gudang 71"
    page = operator.get(PAGE_OF).text
    assert "Tidak ada yang menunggu." in page
    assert f"/log/entries/{index}" in page
    with store(portal).reading() as work:
        acts = [row[0] for row in work.db.execute("SELECT act FROM trail ORDER BY seq")]
    assert acts[-3:] == ["statement-prepared", "draft-downloaded", "signed-uploaded"]


def test_what_was_sent_by_another_way_is_found_in_the_log(portal: Opened, operator: Visitor) -> None:
    prepare(operator, "site", **a_site(72))
    portal.submit(signed(portal.world, download(operator)))
    assert "Tidak ada yang menunggu." in operator.get(PAGE_OF).text


def test_a_file_signed_twice_or_without_a_right_is_told_line_by_line(portal: Opened, operator: Visitor) -> None:
    prepare(operator, "site", **a_site(73))
    once = signed(portal.world, download(operator))
    data = b"".join(one.envelope + b"\n" for one in once)
    upload(operator, data)
    assert "(sudah ada)" in upload(operator, data)
    again = signed(
        portal.world, DraftFile(v=1, log=portal.world.origin, statements=[prepared.prepare("site", a_site(73))])
    )
    assert "tanpa efek" in upload(operator, b"".join(one.envelope + b"\n" for one in again))
    broken = once[0].envelope.replace(b'"sig":"', b'"sig":"AAAA', 1)
    answers = upload(operator, broken + b"\n<script>alert(1)</script>\n")
    assert answers.count('<span class="fault">Ditolak</span>') == 2
    assert ">&lt;script&gt;alert(1)&lt;/script&gt;</td>" in answers
    assert "<script>alert" not in answers


@pytest.mark.parametrize("data", [b"", b"\n", b"PK\x03\x04 no statement"])
def test_what_is_no_signed_file_is_refused_whole(operator: Visitor, data: bytes) -> None:
    assert "tidak dapat diterima" in upload(operator, data, 400)


def test_a_draft_holds_what_was_chosen_and_what_is_withdrawn_is_in_none(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    prepare(operator, "site", **a_site(74))
    page = prepare(operator, "site", **a_site(75, parent=site_id(74)))
    first, second = re.findall(r'name="id" value="(\d+)"', page)
    assert [one.site for one in download(operator, which="chosen", id=first).statements] == [site_id(74)]  # type: ignore[attr-defined]
    assert len(download(operator).statements) == 2
    for number in (second, first):
        assert operator.post(PAGE_OF, f"{PAGE_OF}/{number}/withdraw").status_code == 303
    assert operator.post(PAGE_OF, f"{PAGE_OF}/{first}/withdraw").status_code == 404
    assert operator.post(PAGE_OF, f"{PAGE_OF}/draft", which="all").status_code == 409


FAULTS = [
    ({"site": ""}, "site", "wajib"),
    ({"site": "8003/1"}, "site", "bukan id lokasi; seharusnya 414/…"),
    ({"site": site_id(1)}, "site", "sudah ada dalam daftar"),
    ({"parent": site_id(99)}, "parent", "belum ada dalam daftar"),
    ({"category": "castle"}, "category", "Pilih salah satu"),
    ({"name": ""}, "name", "wajib"),
    ({"lat": "north"}, "lat", "bukan posisi"),
    ({"lat": "-6,9"}, "form", "hanya setengah"),
]


@pytest.mark.parametrize(("changed", "field", "told"), FAULTS)
def test_a_fault_is_told_beside_its_field_and_the_rest_stays(
    operator: Visitor, changed: dict[str, str], field: str, told: str
) -> None:
    page = refused(operator, "site", **a_site(76, name='Gudang "<b>"') | changed)
    assert told in fault(page, field)
    assert len(re.findall(r'class="fault"', page)) == 1
    for name, value in (a_site(76, name="Gudang &#34;&lt;b&gt;&#34;") | changed).items():
        assert f'value="{value}"' in page or value == "castle", name
    assert "Gudang" not in operator.get(PAGE_OF).text.partition("Yang terakhir selesai")[0]


def test_a_site_for_elsewhere_is_not_for_an_account_of_one_site(portal: Opened) -> None:
    visitor = signed_up(portal, "bound", "operator", site=site_id(1))
    assert "Di luar wilayah" in fault(refused(visitor, "site", **a_site(77)), "site")
    prepare(visitor, "site", **a_site(77, parent=site_id(1)))
    withdraw_all(visitor)


def test_an_account_of_one_site_withdraws_nothing_that_is_for_elsewhere(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    prepare(operator, "site", **a_site(77, parent=site_id(0)))
    prepare(operator, "site", **a_site(76, parent=site_id(1)))
    visitor = signed_up(portal, "bound-too", "operator", site=site_id(1))
    numbers = sorted(map(int, re.findall(r'name="id" value="([0-9]+)"', operator.get(PAGE_OF).text)))
    assert [visitor.post(PAGE_OF, f"{PAGE_OF}/{one}/withdraw").status_code for one in numbers] == [403, 303]
    withdraw_all(operator)


def test_an_account_of_one_site_declares_nothing_of_what_was_found_elsewhere(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    world = portal.world
    portal.submit([
        world.handover(items=[item_id(1)]),
        world.handover(items=[item_id(2)], site=site_id(2)),
        world.handover(items=[item_id(3)]),
        world.handover(items=[item_id(3)], site=site_id(2)),  # by who does not hold it
    ])  # fmt: skip
    world.event("inspect", device=1)  # which does not arrive
    portal.submit([world.event("commission", device=1, items=[item_id(4)], kind="parcel", by=[0], site=site_id(2))])
    here, elsewhere = (found(portal, Wanted(item=item_id(number))) for number in (1, 2))
    in_both, of_a_chain = (found(portal, Wanted(code=code)) for code in ("custody-break", "chain-gap"))
    visitor = signed_up(portal, "bound-thrice", "operator", site=site_id(1))
    for finding in (here, of_a_chain):  # by a device that belongs here
        prepare(visitor, "resolve", finding=finding, reason="recounted", note="dihitung ulang")
    for finding in (elsewhere, in_both, "f-" + "a" * 26):
        said = {"finding": finding, "reason": "recounted", "note": "dihitung"}
        assert "Di luar wilayah" in refused(visitor, "resolve", **said)
    prepare(operator, "resolve", finding=elsewhere, reason="recounted")
    numbers = re.findall(r'name="id" value="([0-9]+)"', operator.get(PAGE_OF).text)
    assert [visitor.post(PAGE_OF, f"{PAGE_OF}/{one}/withdraw").status_code for one in numbers] == [303, 303, 403]
    withdraw_all(operator)


def found(portal: Opened, wanted: Wanted) -> str:
    """The first one."""
    with portal.ledger.looking() as looking:
        return lookup_findings.find(looking, wanted, 1)[0].id


def test_a_csv_of_sites_is_prepared_whole_or_told_by_line(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    good = (
        f"site,category,name,parent\n{site_id(78)},office,KPU,{site_id(0)}\n{site_id(79)},village,Desa,{site_id(78)}\n"
    )
    page = refused(operator, "sites", list=good + f"{site_id(1)},office,Lain,{site_id(0)}\n")
    assert "Lokasi ini sudah ada dalam daftar." in page
    assert 'data-label="Baris">4<' in page
    assert f"{site_id(78)},office" in page  # what was sent is there to be mended
    assert "Tidak ada yang menunggu." in operator.get(PAGE_OF).text
    assert "Desa" in prepare(operator, "sites", list=(BytesIO(good.encode()), "sites.csv"))
    withdraw_all(operator)


def asked(world: World, role: str, handler: str | None = None) -> tuple[str, str]:
    """(an enrolment request, its key's fingerprint's beginning)."""
    key = key_of("asked", role)
    made = roster.request(key, world.origin, role, handler, 1 if handler else None)
    return roster.request_codec.encode(made).decode(), key.keyid[:4]


def test_each_kind_of_statement_can_be_prepared(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    world, here = portal.world, site_id(1)
    device = world.devices[0].key.keyid
    handler = "h-" + "z" * 16
    prepare(operator, "device", request=asked(world, "device")[0], site=here)
    prepare(
        operator,
        "handler",
        request=asked(world, "handler", handler)[0],
        role="staff",
        site=here,
        ends="2030-01-01 00:00 WIB",
    )
    prepare(
        operator,
        "label-issuer",
        request=asked(world, "label-issuer")[0],
        site=here,
        hosts="id.example",
        ranges="8003/0952",
    )
    for kind in ("authority", "auditor", "advisor"):
        prepare(operator, kind, request=asked(world, kind)[0])
    prepare(operator, "revoke", key=device[:8], reason="compromised", since="2026-01-01 00:00 WIB")
    prepare(operator, "resolve", finding="f-" + "a" * 26, reason="recounted", note="dihitung ulang")
    policy = 'begins = 2029-01-01T00:00:00+07:00\nrelease = "36h"\n'
    prepare(operator, "policy", policy=(BytesIO(policy.encode()), "policy.toml"))
    file = download(operator)
    kinds = [prepared.kind_of(one) for one in file.statements]
    assert kinds == [
        "device",
        "handler",
        "label-issuer",
        "authority",
        "auditor",
        "advisor",
        "revoke",
        "resolve",
        "policy",
    ]
    answers = upload(operator, b"".join(one.envelope + b"\n" for one in signed(world, file)))
    assert answers.count("/log/entries/") == len(kinds)
    assert "tanpa efek" not in answers
    for path, shown in {
        "/desk/handlers": handler,
        "/desk/devices": device[:4],
        "/desk/keys": asked(world, "auditor")[1],
    }.items():
        assert shown in operator.get(path).text


def test_what_is_wrong_with_a_request_or_a_key_is_told_beside_it(portal: Opened, operator: Visitor) -> None:
    withdraw_all(operator)
    world, here = portal.world, site_id(1)
    text, _ = asked(world, "auditor")
    assert "untuk peran lain; seharusnya perangkat" in fault(
        refused(operator, "device", request=text, site=here), "request"
    )
    assert "wajib" in fault(refused(operator, "device", site=here), "request")
    known = roster.request_codec.encode(roster.request(world.devices[1].key, world.origin, "device")).decode()
    page = refused(operator, "device", request=known, site=here)
    assert "sudah terdaftar" in fault(page, "request")
    assert "&#34;role&#34;:&#34;device&#34;" in page
    made = roster.request(key_of("second"), world.origin, "handler", world.handler_ids[0], 1)
    second = {"request": roster.request_codec.encode(made).decode(), "role": "staff", "site": here}
    assert "sudah punya kartu" in fault(refused(operator, "handler", **second), "reissue")
    prepare(operator, "handler", **second, reissue="1")
    assert "tidak menunjuk satu kunci" in fault(refused(operator, "revoke", key="0" * 8, reason="lost"), "key")
    assert "wajib" in fault(refused(operator, "revoke", key=world.devices[1].key.keyid, reason="compromised"), "since")
    withdraw_all(operator)


def test_lists_are_searched_and_paged(portal: Opened, operator: Visitor) -> None:
    sites = [f"{site_id(0)}/254/{number}" for number in range(PAGE)]
    members: dict[str, Any] = {"category": "village", "parent": site_id(0)}
    portal.submit(
        [portal.world.sign(Site, portal.world.authority, site=one, name=f"Desa {one[-2:]}", **members) for one in sites]
    )
    first, second = (operator.get(f"/desk/sites?page={page}").text for page in (1, 2))
    assert first.count("Siapkan lokasi di bawahnya") == PAGE
    assert 0 < second.count("Siapkan lokasi di bawahnya") < PAGE
    found = operator.get("/desk/sites?q=desa+%2F7").text
    assert "1 ditemukan" in found
    assert operator.get("/desk/sites?page=x&q=%3Cb%3E").status_code == 200
    assert isinstance(portal.ledger.trusted().keys[portal.world.devices[0].key.keyid].enrolment, Device)


@pytest.mark.parametrize("path", ["/desk/roster", "/desk/roster/new/site", "/desk/sites", "/desk/devices"])
def test_only_operators_and_authorities_prepare(portal: Opened, path: str) -> None:
    assert Visitor(portal).get(path).status_code == 303  # to sign in
    visitor = signed_up(portal, f"auditor-{path.count('/')}-{path[-3:]}", "auditor")
    assert visitor.get(path).status_code == 403
    assert signed_up(portal, f"authority-{path[-3:]}", "authority").get(path).status_code == 200


def test_a_form_from_elsewhere_prepares_nothing(operator: Visitor) -> None:
    answer = operator.client.post("/desk/roster/new/site", data=a_site(80))
    assert answer.status_code == 400
    assert "Gudang 80" not in operator.get(PAGE_OF).text
    assert operator.get("/desk/roster/new/root").status_code == 404
