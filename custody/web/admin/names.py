"""Names in the directory: looked up, set, imported after a preview, and forgotten for good."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from msgspec import Struct
from werkzeug.wrappers import Response

from custody.core.admission import State
from custody.core.errors import CustodyError, Malformed
from custody.core.words import Pair
from custody.directory import NAMES, Directory, check_id, check_name, open_directory
from custody.lists.names import read_names
from custody.lists.table import Faults
from custody.web.access import roles, viewer
from custody.web.admin import uploads
from custody.web.admin.acts import recorded
from custody.web.current import ledger
from custody.web.fault_words import told
from custody.web.portal.pages import area
from custody.web.sizes import FILE, takes

PAGE = 50
SHOWN = 50

names = area("names", "/desk/names")


class Import(Struct, frozen=True):
    """What a list would change: the first of what is `new`, and of what is `changed`, as (id, before, after)."""

    count: int
    new: int
    changed: int
    shown: list[tuple[str, str | None, str]]

    @property
    def same(self) -> int:
        return self.count - self.new - self.changed


@names.get("")
@roles("operator")
def show() -> str:
    """A page of names, all or those that are looked for."""
    return _page()


@names.post("")
@roles("operator")
def set_() -> Response | tuple[str, int]:
    """One name, in place of an earlier one."""
    id_, name = (request.form.get(field, "").strip() for field in ("id", "name"))
    faults: dict[str, Pair] = {}
    for field, check, text in (("id", _check_id, id_), ("name", check_name, name)):
        try:
            check(text)
        except Malformed as error:
            faults[field] = told(error)
    if faults:
        return _page(faults=faults), 400
    with _directory() as directory, recorded("name-set", id_):
        directory.set({id_: name})
    flash(_("Nama dicatat."), "good")
    return redirect(url_for("names.show", q=id_), 303)


@names.post("/import")
@roles("operator")
@takes(FILE)
def preview() -> str | tuple[str, int]:
    """What a list would change; nothing is kept yet."""
    try:
        upload = uploads.read_upload("list")
    except CustodyError as error:
        return _page(faults={"list": told(error)}), 400
    faults = Faults(upload.name)
    try:
        found = read_names(upload.data, faults, _check_id)
    except Malformed:
        return render_template("names_import.html", upload=upload, faults=faults, change=None, token=None), 400
    with _directory() as directory:
        change = _change(found, directory.names(found))
    token = uploads.keep(upload)
    return render_template("names_import.html", upload=upload, faults=None, change=change, token=token)


@names.post("/import/keep")
@roles("operator")
def keep() -> Response | tuple[str, int]:
    """Keeps what the preview showed."""
    upload = uploads.find()
    if upload is None:
        return _page(faults={"list": told(Malformed("the list is no longer here"))}), 400
    found = read_names(upload.data, Faults(upload.name), _check_id)
    with _directory() as directory, recorded("names-imported", str(len(found))):
        directory.set(found)
    uploads.drop()
    flash(_("Nama dicatat."), "good")
    return redirect(url_for("names.show"), 303)


@names.get("/forget")
@roles("operator")
def ask() -> str:
    """Asks whether a name is to go for good."""
    id_ = _check_id(request.args.get("id", ""))
    with _directory() as directory:
        name = directory.name(id_)
    if name is None:
        abort(404, "the directory does not have that id")
    return render_template("names_forget.html", id=id_, name=name)


@names.post("/forget")
@roles("operator")
def forget() -> Response:
    """Erases it. The trail keeps the id."""
    id_ = _check_id(request.form.get("id", ""))
    with _directory() as directory:
        if directory.name(id_) is None:
            abort(404, "the directory does not have that id")
        with recorded("name-forgotten", id_):
            directory.forget(id_)
    flash(_("Nama itu dihapus untuk selamanya."), "good")
    return redirect(url_for("names.show"), 303)


def _page(faults: Mapping[str, Pair] | None = None) -> str:
    sought, after = request.args.get("q", "").strip()[:200], request.args.get("after", "")
    mine = _mine()
    found: list[tuple[str, str]] = []
    with _directory() as directory:
        last = after
        while len(found) <= PAGE and (more := directory.find(sought, last, PAGE + 1)):
            last = more[-1][0]
            found += [(id_, name) for id_, name in more if mine is None or mine(id_)]
        count = directory.count()
    return render_template(
        "names.html",
        found=found[:PAGE],
        more=found[PAGE - 1][0] if len(found) > PAGE else None,
        count=count,
        sought=sought,
        after=after,
        faults=faults or {},
        said=request.form,
    )


@contextmanager
def _directory() -> Iterator[Directory]:
    with open_directory(ledger().config.private / NAMES) as directory:
        yield directory


class _Mine:
    """Whether an id belongs under a site."""

    def __init__(self, state: State, site: str) -> None:
        self._state, self._site = state, site

    def __call__(self, id_: str) -> bool:
        known = self._state.keys.get(self._state.handlers.get(id_, id_))
        return known is not None and known.site is not None and self._state.within(known.site, self._site)


def _mine() -> _Mine | None:
    """Whose names are this account's to see and set; None: everybody's."""
    site = viewer().site
    return None if site is None else _Mine(ledger().trusted(), site)


def _check_id(id_: str) -> str:
    """An id whose name is this account's to set. Raises Malformed."""
    mine = _mine()
    if mine is not None and not mine(check_id(id_)):
        raise Malformed("that id belongs elsewhere", expected=f"an id under {viewer().site}", got=id_)
    return check_id(id_)


def _change(found: Mapping[str, str], known: Mapping[str, str]) -> Import:
    differing = [(id_, known.get(id_), name) for id_, name in found.items() if known.get(id_) != name]
    new = sum(before is None for _, before, _ in differing)
    return Import(len(found), new, len(differing) - new, sorted(differing, key=lambda one: one[1] is None)[:SHOWN])
