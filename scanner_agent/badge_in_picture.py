"""Whether a picture shows a badge, which no photograph may: whoever has its secret tries PINs at leisure."""

from custody.core.badge import is_badge
from scanner_agent.code_formats import QR_ONLY
from scanner_agent.decode import Decoded, Decoder
from scanner_agent.preparations import CLOSE, Grey
from scanner_agent.sources.source import BadgeInView


def codes_in(picture: Grey) -> set[str]:
    """The texts of its QR codes. Looks closely: by zxing-cpp on the picture and on each preparation of it, which takes
    a second or so for what is kept.
    """
    decoder = Decoder(QR_ONLY)
    looks = (decoder.look(picture, step) for step in range(len(CLOSE)))
    return {code.text for seen in looks for code in seen.codes if isinstance(code, Decoded)}


def shows_badge(picture: Grey) -> bool:
    return any(map(is_badge, codes_in(picture)))


def badge_in_view() -> BadgeInView:
    return BadgeInView("a badge is in the picture", expected="a picture without it", remedy="Take it away.")
