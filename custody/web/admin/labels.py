"""Labels: asked for here, signed where the issuer's key is, printed there or here. A private key never comes here."""

from flask import Response, render_template, request

from custody.core.head import VERSION
from custody.core.words import KINDS
from custody.lists.labels import Wanted
from custody.printing import label_job
from custody.printing.formats import FORMATS
from custody.printing.label_job import SUFFIX, Label, LabelJob
from custody.printing.labels import LabelSpec, label_sheet, words
from custody.web.access import roles
from custody.web.admin.acts import recorded
from custody.web.admin.label_lists import SOURCES, Asked, as_planned, filled, issuers, read_form, read_texts
from custody.web.current import ledger
from custody.web.portal.pages import area
from custody.web.sizes import FILE, takes

labels = area("labels", "/desk/labels")


@labels.get("")
@roles("operator")
def show() -> str:
    """The forms, and where the other things are made."""
    return _page()


@labels.post("/job")
@roles("operator")
@takes(FILE)
def ask() -> Response | str | tuple[str, int]:
    """What is to be signed: as a file for the issuing machine, or first shown with what is known of the items."""
    asked = read_form()
    if not asked.is_good:
        return _page(asked), 400
    asked.labels = filled(asked.labels)
    if "check" in request.form:
        return _page(asked, checked=True)
    assert asked.issuer is not None  # noqa: S101  # or it would not be good
    job = LabelJob(
        v=VERSION,
        issuer=asked.issuer.keyid,
        host=asked.host,
        format=asked.format,
        skip=asked.skip,
        labels=[Label(id=one.id, kind=one.kind or "", place=one.place) for one in asked.labels],
    )
    data = label_job.encode(job)
    with recorded("labels-asked-for", f"{len(asked.labels)}: {asked.labels[0].id} …"):
        return download(data, f"label-{len(asked.labels)}{SUFFIX}", "application/json")


@labels.post("/sheet")
@roles("operator")
@takes(FILE)
def print_() -> Response | tuple[str, int]:
    """A sheet of labels that were signed elsewhere."""
    asked = read_texts()
    if not asked.is_good:
        return _page(texts=asked), 400
    named = request.form.get("kind", "")
    chosen = named if named in KINDS else ""
    planned = as_planned(list(asked.texts))
    specs = []
    for item, text in asked.texts.items():
        kind, place = planned.get(item, (None, ""))
        specs.append(LabelSpec(text=text, id=item, kind=words(kind or chosen), place=place))
    pdf = label_sheet(specs, asked.format, skip=asked.skip, apart=True)
    with recorded("labels-printed", f"{len(specs)}: {specs[0].id} …"):
        return download(pdf, "label.pdf", "application/pdf")


def download(data: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    response = Response(data, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page(asked: Asked | None = None, *, texts: Asked | None = None, checked: bool = False) -> str:
    form = {name: value for name, value in request.form.items() if name != "csrf_token"}
    if checked and asked is not None:
        # A file that was handed in cannot be shown again: what it said can.
        form |= {"source": "lines", "lines": "\n".join(map(_line, asked.labels))}
    state = ledger().trusted()
    return render_template(
        "labels.html",
        asked=asked or Asked(),
        texts=texts or Asked(),
        checked=checked,
        said=form,
        sources=SOURCES,
        formats=FORMATS,
        kinds=KINDS,
        issuers=issuers(state),
        site_name=state.name_of,
    )


def _line(one: Wanted) -> str:
    cells = [one.id, one.kind or "", one.place.translate(_NO_DELIMITER)]
    return "; ".join(cells).rstrip("; ")


_NO_DELIMITER = str.maketrans(";,\t", "   ")
