"""The decoder: photographs with known text, and printed labels before the simulated camera, against plain zxing-cpp.

Times are processor time of the thread that decodes; zbar's process, which is asked last, is not in them.
"""

import time
from collections.abc import Collection
from contextlib import closing

import numpy as np
import zxingcpp

from benchmarks import still
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes, percentile
from scanner_agent.code_formats import Format
from scanner_agent.decode import CLOSE_STEPS, Decoded, Decoder
from scanner_agent.preparations import Grey
from tests.agent.conditions import HARD, MILD, Conditions, frames, page
from tests.agent.photographs import IMAGES, Photograph, photographs
from tests.agent.pictures import on_table

MEDIAN_MS, P95_MS, EMPTY_MS = 0.5, 5.0, 10.0
CODE128, DATAMATRIX = 0.96, 0.98
TIMES = 5
"""How often each photograph is decoded; the median counts."""
ALL: tuple[Format, ...] = ("qr", "datamatrix", "code128", "code39", "ean13", "ean8")


def run(bench: Bench) -> list[Outcome]:
    """Each figure once: pictures are seeded, and processor time hardly depends on what else runs."""
    found = [_empty(), still.share(bench)]
    if IMAGES.is_dir():
        found += _photographs(bench)
    else:
        bench.say("no photographs: there is no folder ../shared/images")
    found += [_mild(bench, name, conditions) for name, conditions in MILD.items()]
    found += [_hard(bench, name, conditions) for name, conditions in HARD.items()]
    return outcomes([found])


def _photographs(bench: Bench) -> list[Figure]:
    qr = [*photographs("qrcode-1"), *photographs("qrcode-3")]
    right, wrong, milliseconds = _read(qr, ("qr",))
    bench.say(f"photographs of QR codes: {right} of {len(qr)} right, {wrong} wrong")
    code128, matrix = photographs("code128-1"), photographs("datamatrix-1")
    nothing = sum(_texts(one.picture, ALL) != [] for one in photographs("no-barcode"))
    median, p95 = percentile(milliseconds, 50), percentile(milliseconds, 95)
    return [
        Figure("decode, photographs of QR codes", right - wrong, len(qr), "", "all", "at least", 1.0, f"{wrong} wrong"),
        Figure("decode, a photograph of a QR code (median)", median, MEDIAN_MS, "ms", "the limit", "at most", 1.0),
        Figure("decode, a photograph of a QR code (p95)", p95, P95_MS, "ms", "the limit", "at most", 1.0),
        _share("decode, photographs of Code 128", *_read(code128, ("code128",))[:2], len(code128), CODE128),
        _share("decode, photographs of DataMatrix", *_read(matrix, ("datamatrix",))[:2], len(matrix), DATAMATRIX),
        Figure("decode, reads in pictures without a code", nothing, 1, "", "one", "at most", 0.0),
    ]


def _share(name: str, right: int, wrong: int, all_: int, wanted: float) -> Figure:
    return Figure(name, right - wrong, all_, "", "all", "at least", wanted, f"{wrong} wrong")


def _read(pictures: Collection[Photograph], formats: tuple[Format, ...]) -> tuple[int, int, list[float]]:
    """How many are read right, how many wrongly, and milliseconds each."""
    right = wrong = 0
    taken = []
    with closing(Decoder(formats)) as decoder:
        for one in pictures:
            looks = [_timed(decoder, one.picture) for _ in range(TIMES)]
            taken.append(percentile([milliseconds for _, milliseconds in looks], 50))
            right += looks[0][0] == {one.text}
            wrong += bool(looks[0][0] - {one.text})
    return right, wrong, taken


def _timed(decoder: Decoder, picture: Grey) -> tuple[set[str], float]:
    start = time.thread_time()
    found = decoder.decode(picture)
    milliseconds = (time.thread_time() - start) * 1e3
    return {code.text for code in found if isinstance(code, Decoded)}, milliseconds


def _texts(picture: Grey, formats: tuple[Format, ...]) -> list[object]:
    with closing(Decoder(formats)) as decoder:
        return list(decoder.decode(picture))


def _empty() -> Figure:
    """What a look in passing at a frame without a code takes."""
    random = np.random.default_rng(1)
    frame = np.clip(on_table() + random.normal(0, 3, (720, 1280)), 0, 255).astype(np.uint8)
    taken = []
    with closing(Decoder()) as decoder:
        for _ in range(20):
            start = time.thread_time()
            decoder.look(frame)
            taken.append((time.thread_time() - start) * 1e3)
    median = percentile(taken, 50)
    return Figure("decode, an empty frame of 720p (median)", median, EMPTY_MS, "ms", "the limit", "at most", 1.0)


def _mild(bench: Bench, name: str, conditions: Conditions) -> Figure:
    """Labels of 2.5 to 6 pixels a module, tilted by 0 to 45°: all looks that a still scene gets, at one frame."""
    read, plain, all_ = _labels(bench, conditions, 2.5, range(CLOSE_STEPS))
    bench.say(f"labels at {name}, 2.5 to 6 pixels a module, 0 to 45°: {read} of {all_}; plain zxing-cpp {plain}")
    note = f"plain zxing-cpp {plain}"
    return Figure(f"decode, labels before a camera of {name}", read, all_, "labels", "all", "at least", 1.0, note)


def _hard(bench: Bench, name: str, conditions: Conditions) -> Figure:
    """All looks that a still scene gets, at one frame."""
    read, plain, all_ = _labels(bench, conditions, 0.0, range(CLOSE_STEPS))
    bench.say(f"labels, {name}: {read} of {all_}; plain zxing-cpp {plain}")
    note = f"of {all_}"
    limit = max(plain, 1)
    return Figure(
        f"decode, labels, {name}", read, limit, "labels", "plain zxing-cpp", "at least", 1.0 + 1 / limit, note
    )


def _labels(bench: Bench, conditions: Conditions, least: float, steps: Collection[int]) -> tuple[int, int, int]:
    """Labels read, read by plain zxing-cpp, and all. Raises WrongRead."""
    read = plain = all_ = 0
    with closing(Decoder()) as decoder:
        for taken in frames(conditions, bench.size.sessions):
            wanted = taken.texts(least)
            looks = [decoder.look(taken.frame, step) for step in (None, *steps)]
            found = {code.text for seen in looks for code in seen.codes if isinstance(code, Decoded)}
            if not found <= set(page().codes):
                raise WrongRead(found - set(page().codes))
            codes = zxingcpp.read_barcodes(taken.frame, formats=zxingcpp.BarcodeFormat.QRCode)
            read += len(found & wanted)
            plain += len({code.text for code in codes} & wanted)
            all_ += len(wanted)
    return read, plain, all_


class WrongRead(Exception):
    """A text that is on no label."""
