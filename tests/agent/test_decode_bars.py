"""Printed labels before the simulated camera: what must be read is, nothing wrongly. benchmarks/decode.py has more."""

from collections.abc import Iterator

import numpy as np
import pytest
import zxingcpp

from scanner_agent.decode import CLOSE_STEPS, Decoded, Decoder
from scanner_agent.preparations import Grey
from tests.agent.conditions import HARD, MILD, Conditions, frames, page
from tests.agent.simulated_camera import Shot, printed, take


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.close()


def texts(decoder: Decoder, frame: Grey, *steps: int) -> set[str]:
    """What looks in passing and at these close steps show, all of it right."""
    looks = [decoder.look(frame, step) for step in (None, *steps)]
    found = {code.text for seen in looks for code in seen.codes if isinstance(code, Decoded)}
    assert found <= set(page().codes), "a wrong read"
    return found


@pytest.mark.parametrize("conditions", MILD.values(), ids=MILD)
def test_every_label_of_two_and_a_half_pixels_a_module_is_read_in_passing(
    decoder: Decoder, conditions: Conditions
) -> None:
    for taken in frames(conditions, 5):
        wanted = taken.texts(least=2.5)
        assert wanted
        assert wanted <= texts(decoder, taken.frame)


@pytest.mark.parametrize("conditions", HARD.values(), ids=HARD)
def test_what_lies_still_in_hard_conditions_is_read_by_more_than_plain_zxing(
    decoder: Decoder, conditions: Conditions
) -> None:
    ours = plain = all_ = 0
    for taken in frames(conditions._replace(width=640, height=360), 10, seed=4):
        codes = zxingcpp.read_barcodes(taken.frame, formats=zxingcpp.BarcodeFormat.QRCode)
        all_ += len(taken.modules)
        plain += len({code.text for code in codes} & taken.texts())
        ours += len(texts(decoder, taken.frame, *range(CLOSE_STEPS)) & taken.texts())
    assert ours > plain
    assert ours >= all_ - (conditions.motion > 0)


def test_all_eight_labels_of_a_frame_are_read_in_one_look(decoder: Decoder) -> None:
    eight = printed([*page().codes][:8], "a4-8")
    middle = np.mean([corners.mean(axis=0) for corners in eight.codes.values()], axis=0)
    taken = take(eight, Shot(module=2.5), middle)
    assert len(taken.modules) == 8
    assert texts(decoder, taken.frame) == taken.texts()


def test_nothing_is_read_where_no_label_is(decoder: Decoder) -> None:
    beside = page().paper.shape[1] * 2.0
    taken = take(page(), Shot(module=4.0), (beside, 0.0))
    assert taken.texts() == texts(decoder, taken.frame, *range(CLOSE_STEPS)) == set()
