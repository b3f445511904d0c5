"""What the screen shows, of what the agent knows."""

from collections.abc import Callable

import pytest

from custody.core.findings import Language
from scanner_agent import exchange_texts, texts
from scanner_agent.inputs import BadgeShown, Caution, Chosen, Confirm, Expected, Given, Input, Undo, Unlocked
from scanner_agent.kiosk import words
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.lines import ALLOWED
from scanner_agent.kiosk.view import MOST_ROWS, Place, Told, View, headline, view
from scanner_agent.outbox import Counts
from scanner_agent.reading import Found
from scanner_agent.state import Say, State
from scanner_agent.workflow import step
from tests.world import handler_id, item_id, site_id

ANN, BUDI = handler_id(1), handler_id(2)
PLACE = Place("Gudang KPU", {site_id(2): "PPK Lembang"})


def item(number: int, verdict: str = "valid") -> Found:
    return Found("item", item_id(number), "serial", "]Q1", verdict)  # type: ignore[arg-type]


SEAL = Found("seal", "seal/kpu/A1", "serial", "]Q1", "unsigned")
HANDOVER: list[Input] = [Chosen("handover"), BadgeShown(ANN), Unlocked(ANN)]


def shown(*given: Input, language: Language = "id", around: Around | None = None) -> View:
    """The screen after these, of which the workflow says what the agent would."""
    state, told = State(), Told()
    for one in given:
        result = step(state, one)
        state, told = result.state, told.then(result.say)
    return view(state, told, around or Around(), PLACE, language)


Sees = Callable[[View], object]
SEALED: list[Input] = [Chosen("seal"), item(1), SEAL]


def unsealed(view: View) -> object:
    return view.unsealed, view.unsealed_count


TABLE: list[tuple[str, list[Input], Sees, object]] = [
    (
        "a session that has not begun is calm",
        [],
        lambda v: (v.headline.level, v.begun, v.action),
        ("calm", False, None),
    ),
    ("an action is the headline", [Chosen("release")], lambda v: v.headline.words, "Penyerahan"),
    ("a read is good", [item(1)], lambda v: (v.headline.level, v.headline.words), ("good", "Barang terbaca")),
    ("items are counted", [item(1), item(2)], lambda v: v.count, 2),
    ("the newest comes first", [item(1), item(2)], lambda v: [row.number for row in v.rows], [2, 1]),
    ("a forged label is to be looked at", [item(1, "forged")], lambda v: v.headline.level, "look"),
    ("and its item is marked", [item(1, "forged"), item(2)], lambda v: [r.note for r in v.rows], ["", "LABEL PALSU"]),
    ("what is not taken is wrong", [SEAL], lambda v: v.headline.level, "wrong"),
    ("seals are counted on their item", [item(1), SEAL], lambda v: [row.seals for row in v.rows], ["1 segel"]),
    (
        "what is being sealed stands first",
        [item(1), item(2), item(3), item(1)],
        lambda v: [(row.number, row.at) for row in v.rows],
        [(1, True), (3, False), (2, False)],
    ),
    ("where they go on is shown", [Chosen("store"), item(1)], lambda v: [row.at for row in v.rows], [True]),
    ("but not where nobody has said", [item(1), item(2)], lambda v: [row.at for row in v.rows], [False, False]),
    ("what still needs a seal is named", [*SEALED, item(2), item(3)], unsealed, ((item_id(2), item_id(3)), 2)),
    ("but not what is just being sealed", [*SEALED, item(2)], unsealed, ((), 0)),
    ("nor where none is needed", [Chosen("store"), item(1), item(2)], unsealed, ((), 0)),
    ("a vehicle has its seals", [Chosen("depart"), SEAL], lambda v: (v.vehicle, v.at_vehicle), ((SEAL.id,), True)),
    ("until items come", [Chosen("depart"), SEAL, item(1)], lambda v: (v.vehicle, v.at_vehicle), ((SEAL.id,), False)),
    ("a badge asks for its PIN", [BadgeShown(ANN)], lambda v: (v.pin_of, v.next), (ANN, "Masukkan PIN")),
    ("who has signed stands there", HANDOVER, lambda v: [party.handler for party in v.parties], [ANN, None]),
    ("with their part", HANDOVER, lambda v: [party.role for party in v.parties], ["Pihak pertama", "Pihak kedua"]),
    (
        "a badge with a warning has it",
        [Unlocked(ANN, "signer-revoked")],
        lambda v: [party.warning for party in v.parties],
        ["KARTU PENGENAL DICABUT"],
    ),
    ("fields come with the action", [], lambda v: v.fields, ()),
    (
        "what an action needs comes first",
        [Chosen("release")],
        lambda v: (v.fields[0].key, v.fields[0].wanted),
        ("to", True),
    ),
    (
        "a site is chosen by its name",
        [Chosen("release")],
        lambda v: [(choice.line, choice.words) for choice in v.fields[0].choices],
        [(f"to {site_id(2)}", "PPK Lembang")],
    ),
    (
        "and stands there by it",
        [Chosen("release"), Given("to", site_id(2))],
        lambda v: {field.key: field.value for field in v.fields}["to"],
        "PPK Lembang",
    ),
    (
        "a field that was filled is named, and its value",
        [Chosen("release"), Given("to", site_id(2))],
        lambda v: v.headline.detail,
        "Lokasi tujuan: PPK Lembang",
    ),
    (
        "but not by the hash of what is private",
        [Chosen("release"), Given("note", "a" * 64)],
        lambda v: v.headline.detail,
        "Catatan",
    ),
    (
        "nor is what was undone",
        [Chosen("release"), Given("note", "a" * 64), Undo()],
        lambda v: (v.headline.words, v.headline.detail),
        ("Diurungkan", "Catatan"),
    ),
    ("nor left as a word", [Given("condition", "wet")], lambda v: v.headline.detail, "Keadaan: Basah"),
    (
        "a discrepancy is one of the known",
        [Chosen("discrepancy")],
        lambda v: (v.fields[0].key, len(v.fields[0].choices), v.fields[0].typed),
        ("kind", 5, False),
    ),
    ("without a document nothing is expected", [item(1)], lambda v: (v.of, v.missing), (None, ())),
    (
        "with one, it is x of y",
        [Chosen("accept"), Expected("a" * 64, (item_id(1), item_id(2))), item(1), item(9)],
        lambda v: (v.count, v.of, v.missing, [row.note for row in v.rows]),
        (1, 2, (item_id(2),), ["Tidak ada di dokumen", ""]),
    ),
    (
        "what is missing is asked for",
        [*HANDOVER, item(1)],
        lambda v: (v.complete, v.next),
        (False, "Pindai kartu pengenal pihak kedua, yang menerima"),
    ),
    (
        "a complete session is to be confirmed",
        [*HANDOVER, item(1), BadgeShown(BUDI), Unlocked(BUDI)],
        lambda v: (v.complete, v.next),
        (True, "Pindai barang lagi, atau tekan Sahkan"),
    ),
]


@pytest.mark.parametrize(("given", "sees", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_screen_shows(given: list[Input], sees: Sees, wanted: object) -> None:
    assert sees(shown(*given)) == wanted


def test_a_reader_that_is_back_takes_the_word_of_its_loss_away_and_nothing_else() -> None:
    gone, back = Say("wrong", texts.READER_GONE, "meja"), Say("plain", texts.READER_LIVE, "serial:meja")
    assert Told().then(gone).then(back).outcome == back
    assert Told().then(Say("good", texts.ITEM)).then(back).outcome == Say("good", texts.ITEM)


def test_a_caution_is_listed_and_asks_to_confirm_again() -> None:

    wrong = Caution("wrong-destination", ("Tujuan lain", "Another destination"), (item_id(1),))
    both: list[Input] = [*HANDOVER, item(1), BadgeShown(BUDI), Unlocked(BUDI)]
    looked = shown(*both, Confirm((wrong,)))
    assert [(one.words, one.items) for one in looked.cautions] == [("Tujuan lain", item_id(1))]
    assert (looked.headline.level, looked.headline.words) == ("look", "Periksa dulu")
    assert looked.next == "Kalau memang begitu, tekan Sahkan lagi"
    assert shown(*both).cautions == ()


def test_a_long_list_shows_its_newest_and_how_many_more_there_are() -> None:
    many = shown(*(item(number) for number in range(MOST_ROWS + 20)))
    assert (len(many.rows), many.more, many.count, many.rows[0].number) == (
        MOST_ROWS,
        20,
        MOST_ROWS + 20,
        MOST_ROWS + 20,
    )
    assert shown(item(1)).more == 0


def test_the_other_language_says_all_of_it() -> None:
    english = shown(*HANDOVER, item(1, "forged"), language="en")
    assert (english.action, english.headline.words, english.next) == (
        "Handover, both parties here",
        "FORGED LABEL",
        "Scan the badge of the one who receives",
    )
    assert [party.role for party in english.parties] == ["The one who gives", "The one who receives"]
    assert english.outbox == "All sent, never connected so far"


def test_news_from_the_background_leaves_the_outcome_standing() -> None:
    told = Told().then(Say("good", texts.SIGNED)).then(Say("plain", exchange_texts.RECEIPTED, "1"))
    both = view(State(), told, Around(), PLACE)
    assert (both.headline.words, both.news) == (texts.SIGNED[0], exchange_texts.RECEIPTED[0])


def test_a_wrong_value_is_explained_in_the_language_of_the_screen() -> None:
    wrong = Given("expected", "8004/952000000001")
    assert "ini bukan nomor segel" in shown(wrong).headline.detail
    assert "cannot be that of a seal" in shown(wrong, language="en").headline.detail
    assert "cannot" not in shown(wrong).headline.detail


def test_what_is_missing_is_told_as_the_screen_asks_for_it() -> None:
    too_soon: list[Input] = [Chosen("discrepancy"), item(1), Confirm()]
    detail = shown(*too_soon).headline.detail
    assert detail == "; ".join((texts.BADGE[0], words.ON_SCREEN[texts.DISCREPANCY][0]))
    assert words.ON_SCREEN[texts.DISCREPANCY][1] in shown(*too_soon, language="en").headline.detail


def test_the_end_of_a_session_is_an_outcome() -> None:
    told = Told().then(Say("good", texts.SIGNED)).then(Say("plain", texts.CANCELLED))
    assert view(State(), told, Around(), PLACE).headline.words == texts.CANCELLED[0]


EVERY_WORD = [
    words_
    for name in dir(texts)
    if name.isupper()
    for value in [getattr(texts, name)]
    for words_ in (value.values() if isinstance(value, dict) else [value])
    if isinstance(words_, tuple) and name not in ("HELP", "FIELDS")
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("said", EVERY_WORD, ids=lambda said: said[1][:30])
def test_a_headline_is_short_enough_to_be_large(said: texts.Words, language: Language) -> None:
    """Two lines of letters that are read from two metres hold about so much."""
    assert 2 <= len(headline(Say("good", said, "x"), language).words) <= 62


@pytest.mark.parametrize("field", words.FIELDS)
def test_every_field_of_the_screen_can_be_given(field: str) -> None:

    assert field in ALLOWED


def test_the_outbox_says_what_waits_and_since_when() -> None:
    waiting = Around(counts=Counts(12, 3, 0), synced=185)
    assert shown(around=waiting).outbox == "12 menunggu dikirim, sinkron terakhir 3 jam lalu"
    assert shown(around=waiting, language="en").outbox == "12 waiting to be sent, last sync 3 hours ago"
    assert shown(around=Around(beside=1, synced=0)).outbox == "1 menunggu dikirim, sinkron terakhir baru saja"
    assert shown(around=Around(synced=0)).outbox == "Semua terkirim, sinkron terakhir baru saja"
