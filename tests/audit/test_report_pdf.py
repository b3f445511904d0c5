"""What a screen reader and an archive need of a report's PDF (PDF/UA-1, PDF/A-2), looked for in its objects.

The typesetter holds itself to both standards; here is looked whether it did.
"""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader

from custody.audit.report.faces.content import page
from custody.audit.report.faces.page import Page
from custody.audit.report.faces.pdf import pdf
from custody.audit.report.faces.signature import ReportSigner
from custody.audit.report.stated import stated
from tests.audit import sample_report as sample
from tests.audit.certificates import NOW, certificate, write_certificates, write_key

_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_WORD = re.compile(rb"/?[^\s/<>\[\]]+")
_BEGINS, _ENDS = {b"BDC", b"BMC"}, {b"EMC"}
_DRAWS = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"f*", b"F", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh"}


class Document:
    def __init__(self, made: Page, data: bytes) -> None:
        self.made = made
        self.reader = PdfFileReader(BytesIO(data))
        self.root: Any = self.reader.root
        self.pages = list(leaves(self.root["/Pages"]))
        self.elements = list(elements(self.root["/StructTreeRoot"]))

    def kinds(self) -> list[str]:
        return [str(one["/S"]) for one in self.elements]


def leaves(node: Any) -> Iterator[Any]:
    """The pages below a node of the tree of pages."""
    for kid in map(resolved, node["/Kids"]):
        if kid["/Type"] == "/Page":
            yield kid
        else:
            yield from leaves(kid)


def resolved(one: Any) -> Any:
    return one.get_object() if isinstance(one, IndirectObject) else one


def elements(node: Any) -> Iterator[Any]:
    """The elements of the structure below a node, in the order in which they are read."""
    below = resolved(node.get("/K", []))
    for kid in map(resolved, below if isinstance(below, list) else [below]):
        if hasattr(kid, "get") and "/S" in kid:
            yield kid
            yield from elements(kid)


def untagged(content: bytes) -> Counter[bytes]:
    """What a page draws outside of all marked content, where no reader knows what it is."""
    depth, found = 0, Counter[bytes]()
    for word in _WORD.findall(_STRING.sub(b" ", content)):
        depth += (word in _BEGINS) - (word in _ENDS)
        if word in _DRAWS and depth == 0:
            found[word] += 1
    return found


@pytest.fixture(scope="module", params=["id", "en"])
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Signed, as who reads it has it."""
    folder, key = tmp_path_factory.mktemp("signer"), ec.generate_private_key(ec.SECP256R1())
    signer = ReportSigner(write_key(folder / "key", key), write_certificates(folder / "crt", certificate(key)), now=NOW)
    made = page(sample.report(), request.param)
    return Document(made, signer.sign(pdf(made)))


def test_it_is_tagged_and_says_its_language_title_and_standards(document: Document) -> None:
    root = document.root
    assert root["/MarkInfo"]["/Marked"]
    assert not root["/MarkInfo"].get("/Suspects", False)
    assert str(root["/Lang"]) == document.made.language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].data.decode()
    assert f">{document.made.title}</rdf:li>" in metadata
    for name, value in (("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A")):
        assert re.search(f'{name}(?:>{value}<|="{value}")', metadata)


def test_it_names_the_checkpoint_to_programs(document: Document) -> None:
    on = sample.checkpoint()
    assert stated(str(document.reader.trailer["/Info"]["/Keywords"])) == (on.origin, on.size, on.root)


def test_all_that_is_drawn_is_in_the_structure_or_marked_as_an_artifact(document: Document) -> None:
    assert [sum(untagged(one["/Contents"].data).values()) for one in document.pages] == [0] * len(document.pages)
    assert all("/StructParents" in one and one.get("/Tabs") in ("/S", None) for one in document.pages)
    assert "/ParentTree" in document.root["/StructTreeRoot"]


def test_what_is_drawn_outside_of_the_structure_would_be_found() -> None:
    assert untagged(b"/P<</MCID 0>>BDC(a EMC)Tj EMC/Artifact BMC 0 0 m f EMC") == {}
    assert untagged(b"/P <</MCID 0>> BDC (a) Tj EMC (b) Tj 0 0 m f") == {b"Tj": 1, b"f": 1}


def test_headings_follow_each_other_without_a_gap(document: Document) -> None:
    levels = [int(kind[2:]) for kind in document.kinds() if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert max(levels) > 1


def test_every_table_has_header_cells_that_say_of_what(document: Document) -> None:
    tables = [one for one in document.elements if one["/S"] == "/Table"]
    assert len(tables) > 5
    for table in tables:
        headers = [one for one in elements(table) if one["/S"] == "/TH"]
        assert headers
        for header in headers:
            attributes = resolved(header["/A"])
            found = [resolved(one) for one in (attributes if isinstance(attributes, list) else [attributes])]
            assert any(one.get("/Scope") in ("/Column", "/Row", "/Both") for one in found)


def test_every_picture_is_told_in_words_and_lists_and_captions_are_known(document: Document) -> None:
    figures = [one for one in document.elements if one["/S"] == "/Figure"]
    assert len(figures) == 3
    assert all(str(one["/Alt"]) for one in figures)
    assert {"/Caption", "/L", "/LI", "/P", "/TD"} <= set(document.kinds())


def test_every_font_is_in_the_file_and_says_what_its_glyphs_mean(document: Document) -> None:
    fonts = {
        name: resolved(font)
        for one in document.pages
        for name, font in resolved(resolved(one["/Resources"]).get("/Font", {})).items()
    }
    assert fonts
    for font in fonts.values():
        assert "/ToUnicode" in font
        below = resolved(resolved(font["/DescendantFonts"])[0]) if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(resolved(below["/FontDescriptor"]))


def test_nothing_in_it_runs_or_is_fetched(document: Document) -> None:
    assert not {"/OpenAction", "/AA", "/Names"} & set(document.root)
    assert "/Encrypt" not in document.reader.trailer
    actions = [
        resolved(annotation).get("/A") for one in document.pages for annotation in resolved(one.get("/Annots", []))
    ]
    assert {resolved(action)["/S"] for action in actions if action is not None} <= {"/GoTo", "/URI"}
