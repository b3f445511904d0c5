"""The decoder on photographs with known text (../shared, where present) and on labels worn by a seeded camera."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import segno

from custody.core.errors import Malformed
from scanner_agent.code_formats import Format
from scanner_agent.decode import Decoded, Decoder, Grey, grey
from scanner_agent.zbar import ZbarWorker, pyzbar_available
from tests.agent.photographs import IMAGES, photographs
from tests.agent.pictures import LINK, code128, enlarge, on_table, qr, worn

ROOT = Path(__file__).parents[2]
ALL: tuple[Format, ...] = ("qr", "datamatrix", "code128", "code39", "ean13", "ean8")
with_photographs = pytest.mark.skipif(not IMAGES.is_dir(), reason="no folder ../shared/images with photographs")
with_zbar = pytest.mark.skipif(not pyzbar_available(), reason="the system's libzbar0 is not installed")


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.close()


@with_photographs
@pytest.mark.parametrize(
    ("folder", "formats", "count"),
    [
        ("qrcode-1", ("qr",), 20),
        ("qrcode-3", ("qr",), 42),
        ("datamatrix-1", ("datamatrix",), 23),
        ("code128-1", ("code128",), 7),
        ("code39-1", ("code39",), 4),
        ("qrcode-1", ALL, 20),
        ("qrcode-3", ALL, 42),
    ],
)
def test_every_photograph_is_read_and_none_wrongly(folder: str, formats: tuple[Format, ...], count: int) -> None:
    decoder = Decoder(formats)
    all_ = photographs(folder)
    texts = [[code.text for code in decoder.decode(one.picture) if isinstance(code, Decoded)] for one in all_]
    decoder.close()
    assert texts == [[one.text] for one in all_]
    assert len(texts) == count


@with_photographs
def test_nothing_is_read_where_there_is_no_code() -> None:
    decoder = Decoder(ALL)
    found = {one.name: decoder.decode(one.picture) for one in photographs("no-barcode")}
    decoder.close()
    assert [name for name, codes in found.items() if codes] == []
    assert len(found) == 12


@with_photographs
def test_all_codes_of_one_picture_are_read(decoder: Decoder) -> None:
    (one,) = photographs("multi-qrcode-1")
    assert len(set(decoder.decode(one.picture))) == 4


def test_a_label_is_read_with_its_symbology(decoder: Decoder) -> None:
    assert decoder.decode(on_table(qr(LINK))) == [Decoded("]Q1", LINK)]


def test_only_configured_formats_are_read(decoder: Decoder) -> None:
    picture = on_table(code128("952-000123"))
    both = Decoder(("qr", "code128"))
    assert decoder.decode(picture) == []
    assert both.decode(picture) == [Decoded("]C0", "952-000123")]
    both.close()


def test_a_code_that_holds_no_text_is_refused_with_a_word(decoder: Decoder) -> None:
    (refused,) = decoder.decode(qr(b"\xff\xfe\x00abc"))
    assert isinstance(refused, Malformed)
    assert "fffe00" in str(refused)


@pytest.mark.parametrize("mask", range(8))
def test_a_code_that_holds_a_part_of_a_text_is_refused_and_no_other(decoder: Decoder, mask: int) -> None:
    """The part of an id can be another id."""
    parts = segno.make_sequence("plain/kpu/KOTAK-1234567890", symbol_count=2, mask=mask)
    whole = segno.make("plain/kpu/KOTAK-1234567890", mask=mask, micro=False)
    for turns, part in enumerate(parts):
        (found,) = decoder.decode(np.ascontiguousarray(np.rot90(_picture(part), turns)))
        assert isinstance(found, Malformed)
        assert "several" in str(found)
    assert decoder.decode(_picture(whole)) == [Decoded("]Q1", "plain/kpu/KOTAK-1234567890")]


def test_what_is_transparent_is_white(decoder: Decoder) -> None:
    label = qr("A")
    black = np.zeros((*label.shape, 4), np.uint8)
    black[..., 3] = 255 - label
    assert decoder.decode(grey(black)) == [Decoded("]Q1", "A")]
    assert decoder.decode(grey(np.stack([label] * 3, axis=-1))) == [Decoded("]Q1", "A")]
    assert decoder.decode(grey(label.astype(np.uint16) << 8)) == [Decoded("]Q1", "A")]


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 500)])
def test_the_smallest_pictures_read_as_nothing(decoder: Decoder, shape: tuple[int, int]) -> None:
    assert decoder.decode(np.zeros(shape, np.uint8)) == []


def speckled(picture: Grey, share: float, seed: int) -> Grey:
    """Dead and hot pixels."""
    random = np.random.default_rng(seed)
    return np.where(random.random(picture.shape) < share, random.choice([0, 255], picture.shape), picture).astype(
        np.uint8
    )


WEAR: dict[str, Callable[[int], Grey]] = {
    "1.5 pixels a module": lambda seed: worn(LINK, module=1.5, blur=0.4, noise=2, seed=seed),
    "speckles": lambda seed: speckled(worn(LINK, module=4, blur=0.6, noise=2, seed=seed), 0.05, seed),
    "defocus, small": lambda seed: worn(LINK, module=2, blur=1, noise=2, seed=seed),
    "defocus, large": lambda seed: worn(LINK, module=4, blur=2.2, noise=2, seed=seed),
}


@pytest.mark.parametrize("wear", WEAR)
def test_worn_labels_that_one_pass_misses_are_read_and_never_wrongly(decoder: Decoder, wear: str) -> None:
    labels = [WEAR[wear](seed) for seed in range(10)]
    assert [label for label in labels if decoder._by_zxing(label)[0]] == []
    read = [decoder.decode(label) for label in labels]
    assert all(codes in ([], [Decoded("]Q1", LINK)]) for codes in read)
    assert sum(map(bool, read)) >= 9


def without_quiet_zone() -> Grey:
    """A label cut out too tightly and stuck on something dark: of our steps, zbar alone reads it."""
    return np.pad(qr(LINK, 6)[24:-24, 24:-24], 60, constant_values=40)


@with_zbar
def test_zbar_reads_what_every_pass_of_zxing_misses(decoder: Decoder) -> None:
    assert decoder.decode(without_quiet_zone()) == [Decoded("]Q1", LINK)]
    decoder.close()
    decoder.zbar = None
    assert decoder.decode(without_quiet_zone()) == []


def test_a_quick_look_leaves_the_dear_steps_out(decoder: Decoder) -> None:
    defocused = WEAR["defocus, small"](0)
    assert decoder.look(defocused).codes == []
    assert decoder.look(WEAR["1.5 pixels a module"](0)).codes == [Decoded("]Q1", LINK)]


@with_zbar
def test_after_its_process_was_killed_zbar_answers_the_next_picture(decoder: Decoder) -> None:
    decoder.decode(without_quiet_zone())
    killed = process_of(decoder)
    os.kill(killed, signal.SIGKILL)
    assert decoder.decode(without_quiet_zone()) == [Decoded("]Q1", LINK)]
    assert process_of(decoder) != killed


@with_zbar
def test_a_zbar_that_hangs_is_given_up_after_its_time_and_replaced() -> None:
    worker = ZbarWorker(seconds=0.3)
    label = without_quiet_zone()
    picture = (label.tobytes(), label.shape[1], label.shape[0])
    assert worker.decode(*picture) == [LINK]
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    began = time.monotonic()
    assert worker.decode(*picture) == []
    assert time.monotonic() - began < 3
    assert worker.decode(*picture) == [LINK]
    worker.close()


@with_zbar
@pytest.mark.parametrize(("rest", "texts"), [(60.0, []), (0.0, [LINK])])
def test_a_zbar_that_fails_three_pictures_in_a_row_is_left_alone_for_a_while(rest: float, texts: list[str]) -> None:
    worker = ZbarWorker(seconds=0.001, rest=rest)
    large, label = bytes(4000 * 4000), without_quiet_zone()
    assert [worker.decode(large, 4000, 4000) for _ in range(3)] == [[]] * 3
    worker._seconds = 10.0
    assert worker.decode(label.tobytes(), label.shape[1], label.shape[0]) == texts
    worker.close()


@with_zbar
def test_a_zbar_killed_while_it_reads_costs_that_picture_only() -> None:
    worker = ZbarWorker()
    label = without_quiet_zone()
    worker.decode(label.tobytes(), label.shape[1], label.shape[0])
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    killer = threading.Timer(0.2, os.kill, (worker.pid, signal.SIGKILL))
    killer.start()
    assert worker.decode(label.tobytes(), label.shape[1], label.shape[0]) == []
    killer.join()
    assert worker.decode(label.tobytes(), label.shape[1], label.shape[0]) == [LINK]
    worker.close()


@with_zbar
def test_zbar_keeps_silent_about_what_it_would_mangle() -> None:
    worker = ZbarWorker()
    mangled, structured = qr("\u00e9"), structured_append()
    assert worker.decode(mangled.tobytes(), mangled.shape[1], mangled.shape[0]) == []
    assert worker.decode(structured.tobytes(), structured.shape[1], structured.shape[0]) == []
    pid = worker.pid
    plain = qr("A")
    assert worker.decode(plain.tobytes(), plain.shape[1], plain.shape[0]) == ["A"]
    assert worker.pid == pid
    worker.close()


@with_zbar
def test_closing_ends_the_zbar_process() -> None:
    decoder = Decoder()
    decoder.decode(without_quiet_zone())
    pid = process_of(decoder)
    decoder.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@with_zbar
def test_the_zbar_process_ends_when_the_agent_is_killed() -> None:
    program = (
        "import os; from scanner_agent.zbar import ZbarWorker; worker = ZbarWorker(); worker.decode(b'0', 1, 1)\n"
        "print(worker.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    agent = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, timeout=60)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{int(agent.stdout)}/stat").exists() and time.monotonic() < deadline:
        if ") Z " in Path(f"/proc/{int(agent.stdout)}/stat").read_text():
            break  # ended; where nothing reaps orphans, its entry stays
        time.sleep(0.05)
    assert time.monotonic() < deadline


def test_without_libzbar_everything_runs_on_zxing_alone() -> None:
    """In a Python that cannot load pyzbar, as on a machine without libzbar0."""
    program = (
        "import sys; sys.modules['pyzbar'] = None\n"
        "import numpy as np; from tests.agent.pictures import qr\n"
        "from scanner_agent.decode import Decoder; from scanner_agent.zbar import pyzbar_available\n"
        "decoder = Decoder(); print(pyzbar_available(), decoder.zbar, decoder.decode(qr('A'))[0].text)\n"
        "print(decoder.decode(np.zeros((9, 9), np.uint8)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "None", "A", "[]"]


def process_of(decoder: Decoder) -> int:
    assert decoder.zbar is not None
    assert decoder.zbar.pid is not None
    return decoder.zbar.pid


def structured_append() -> Grey:
    return _picture(segno.make_sequence("HELLO " * 40, symbol_count=3)[0])


def _picture(code: segno.QRCode) -> Grey:
    return enlarge(np.where(np.pad(np.array(list(code.matrix), np.uint8), 4) > 0, 0, 255).astype(np.uint8), 4)
