"""What all pages have in common."""

import gzip
import re
from base64 import b64encode
from functools import partial
from hashlib import sha256

import pytest
from flask import Flask, g, render_template, render_template_string

from custody.web import access, compression
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id


def test_pages_are_in_bahasa_indonesia_until_english_is_asked_for(portal: Opened) -> None:
    client = portal.app.test_client()
    first = client.get("/", headers={**BROWSER, "Accept-Language": "en"})
    assert '<html lang="id">' in first.text
    assert "Beranda" in first.text
    asked = client.get("/?lang=en&x=1", headers=BROWSER)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/?x=1")
    assert '<html lang="en">' in client.get("/", headers=BROWSER).text


def test_the_link_to_the_other_language_keeps_what_was_asked_for(portal: Opened) -> None:
    page = portal.text("/findings?severity=major&open=true")
    assert 'href="?severity=major&amp;open=true&amp;lang=en"' in page


def test_a_language_that_there_is_not_changes_nothing(portal: Opened) -> None:
    answer = portal.client().get("/?lang=fr", headers=BROWSER)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)


def test_an_unchanged_page_is_answered_without_itself(portal: Opened) -> None:
    client = portal.client()
    tag = client.get("/").headers["ETag"]
    again = client.get("/", headers={"If-None-Match": tag})
    # The minute may have changed between.
    assert again.status_code == 304 or again.headers["ETag"] != tag
    assert client.get("/", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_page_in_another_language_is_another(portal: Opened) -> None:
    tags = {portal.client(language).get("/").headers["ETag"] for language in ("id", "en")}
    assert len(tags) == 2


def test_a_browser_is_told_of_an_error_on_a_page_and_a_program_in_a_document(portal: Opened) -> None:
    client = portal.client()
    page = client.get("/nothing-here", headers=BROWSER)
    assert (page.status_code, page.mimetype, "Tidak ada di sini" in page.text) == (404, "text/html", True)
    assert client.get("/nothing-here").mimetype == "application/problem+json"
    assert client.get("/api/v1/nothing", headers=BROWSER).mimetype == "application/problem+json"


def test_an_error_page_shows_script_as_text(portal: Opened) -> None:
    page = portal.client().get("/demo/tile/<script>alert(1)</script>", headers=BROWSER)
    assert page.status_code == 404
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ('_("Halaman %(n)s dari %(all)s", n="<b>", all="2"|safe)', "Halaman &lt;b&gt; dari 2"),
        ('_("Halaman %(n)s dari %(all)s", n=1, all="<b>"|safe)', "Halaman 1 dari <b>"),
        ('ngettext("%(num)d barang", "%(num)d barang dari %(site)s", 3, site="<b>")', "3 barang dari &lt;b&gt;"),
        ('ngettext("%(num)d barang", "%(num)d barang dari %(site)s", 3, site="<b>"|safe)', "3 barang dari <b>"),
    ],
)
def test_what_stands_in_a_text_is_escaped_unless_it_is_markup(portal: Opened, asked: str, shown: str) -> None:
    with portal.app.test_request_context("/"):
        assert render_template_string("{{ " + asked + " }}") == shown


@pytest.mark.parametrize("path", ["/", "/nothing-here"])
def test_pages_let_in_no_script_style_or_frame_but_ours(portal: Opened, path: str) -> None:
    headers = portal.client().get(path, headers=BROWSER).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_static_file_under_its_fingerprint_may_be_kept(portal: Opened) -> None:
    client = portal.client()
    [path] = {part for part in client.get("/").text.split('"') if "live.js" in part}
    assert "immutable" in client.get(path).headers["Cache-Control"]
    assert client.get(path.partition("?")[0]).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/findings", "/log", "/about", f"/{item_id(0)}"])
def test_a_public_page_waits_for_no_other_file(portal: Opened, path: str) -> None:
    page = portal.text(path)
    assert re.findall(r'rel="stylesheet"', page) == []
    assert re.findall(r'<script src="[^"]+"(?! type="module")', page) == []


@pytest.mark.parametrize("path", ["/", "/nothing-here"])
def test_the_stylesheet_in_a_page_is_let_in_by_its_hash(portal: Opened, path: str) -> None:
    answer = portal.client().get(path, headers=BROWSER)
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style == portal.client().get("/static/public.css").text
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]


def test_who_is_signed_in_has_the_stylesheet_as_a_file_that_is_kept(portal: Opened) -> None:
    with portal.app.test_request_context("/"):
        g.viewer = access.Viewer(account="a", roles=("auditor",))
        page = render_template("layout.html")
    assert "<style>" not in page
    assert re.findall(r'<link rel="stylesheet" href="/static/([^?"]+)', page) == ["public.css"]


def test_files_that_are_served_as_one_are_there_whole(portal: Opened) -> None:
    client = portal.client()
    joined = client.get("/static/public.css")
    parts = [client.get(f"/static/{name}").data for name in ("look.css", "tree.css", "item.css")]
    assert (joined.mimetype, joined.data) == ("text/css", b"".join(parts))
    assert client.get("/static/public.css", headers={"If-None-Match": joined.headers["ETag"]}).status_code == 304
    assert client.get("/static/nothing.css").status_code == 404


def test_an_app_with_a_view_that_does_not_say_who_may_see_it_does_not_start() -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/said", "said", access.anyone(lambda: ""))
    access.configure(app)
    app.add_url_rule("/unsaid", "unsaid", lambda: "")
    with pytest.raises(LookupError, match="unsaid"):
        access.configure(app)


def test_a_page_and_its_files_are_gzipped_for_who_takes_that(portal: Opened) -> None:
    client = portal.client()
    for address in ("/", "/static/public.css"):
        whole = client.get(address, headers={**BROWSER, "Accept-Encoding": "identity"})
        short = client.get(address, headers={**BROWSER, "Accept-Encoding": "br, gzip"})
        assert (whole.headers.get("Content-Encoding"), short.headers["Content-Encoding"]) == (None, "gzip")
        assert len(short.data) < len(whole.data) / 2
        assert gzip.decompress(short.data).partition(b"<footer")[0] == whole.data.partition(b"<footer")[0]
        assert "Accept-Encoding" in short.headers["Vary"]


def test_a_page_with_a_secret_is_never_gzipped() -> None:
    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: setattr(g, "viewer", access.PUBLIC))
    compression.configure(app)
    for path, text in (("/secret", "csrf_token "), ("/plain", "no secret ")):
        app.add_url_rule(path, path, partial(str.__mul__, text, 1000))
    client = app.test_client()
    coded = [
        client.get(p, headers={"Accept-Encoding": "gzip"}).headers.get("Content-Encoding")
        for p in ("/secret", "/plain")
    ]
    assert coded == [None, "gzip"]


def test_an_address_that_is_misspelt_says_what_is_wrong_with_it(portal: Opened) -> None:
    answer = portal.client().get("/414/9521000000009", headers=BROWSER)
    assert answer.status_code == 400
    assert "Alamat ini keliru" in answer.text
    assert "Angka periksa id ini salah" in answer.text


def test_that_there_are_no_findings_at_all_is_said_other_than_that_none_matches(portal: Opened) -> None:
    none, matching = portal.text("/findings"), portal.text("/findings?severity=minor")
    assert ("Belum ada ketidaksesuaian." in none, "yang cocok" in none) == (True, False)
    assert ("Belum ada ketidaksesuaian." in matching, "cocok dengan pilihan" in matching) == (False, True)
