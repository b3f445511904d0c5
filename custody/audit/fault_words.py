"""What faults are called, and what each found exactly, as people read it: Bahasa Indonesia first.

Errors are raised in English; what that is in Bahasa Indonesia is found by the English: in
`fault_texts`, and in `custody.lists.fault_words` what a list may have too.
"""

import re
from functools import cache

from custody.audit.fault_texts import AUDIT_TEXTS
from custody.audit.format_fault_texts import FORMAT_TEXTS, LIBRARY_TEXTS
from custody.audit.result import Fault
from custody.core.errors import CustodyError
from custody.core.words import KEY_ROLES, Pair
from custody.lists import fault_words as of_lists

FAULTS: dict[str, Pair] = {
    "malformed": ("bentuknya tidak sesuai format", "not in the format"),
    "oversize": ("lebih besar daripada yang diizinkan format", "larger than the format allows"),
    "cut-short": ("terpotong sebelum selesai", "cut short"),
    "unsafe": ("nama atau jenis berkas yang berbahaya", "an unsafe name or kind of file"),
    "newer-format": ("format lebih baru daripada program ini", "of a newer format than this software"),
    "wrong-log": ("milik log lain", "of another log"),
    "bad-key": ("kunci yang tidak boleh dipakai", "a key that may not be used"),
    "bad-signature": ("tanda tangan tidak sah", "a signature that does not verify"),
    "unknown-issuer": ("penerbit yang tidak terdaftar", "an issuer that is not enrolled"),
    "wrong-role": ("kunci dipakai di luar perannya", "a key used beyond its role"),
    "no-effect": ("pernyataan daftar yang tidak mengubah apa pun", "a roster statement that changes nothing"),
    "roster-gap": (
        "pernyataan daftar yang pendahulunya tidak ada",
        "a roster statement whose predecessor is not there",
    ),
    "bad-proof": ("tidak cocok dengan akar yang ditandatangani", "not what the signed root commits to"),
    "bad-history": ("riwayat yang tidak mungkin dari log yang jujur", "a history that no honest log has"),
    "split-view": ("dua riwayat yang berbeda dari log yang sama", "two histories of one log"),
    "storage-fault": ("isi yang tersimpan tidak sesuai", "what is stored does not fit"),
}
"""By the `kind` of `custody.core.errors`."""
_OF_LISTS = of_lists.MESSAGES | of_lists.EXPECTED | of_lists.REMEDIES
_TEXTS = _OF_LISTS | FORMAT_TEXTS | AUDIT_TEXTS | LIBRARY_TEXTS
_HOLE = re.compile(r"\{(#?)\}")
_ALTERNATIVES = re.compile(r"[\w./…-]+(?: or [\w./…-]+)*")
_GOT = "ternyata"
_DEPTH = 2
"""A text may name another, which may name a third: of what a stranger wrote, no more is looked up."""


def message(fault: Fault | CustodyError) -> Pair:
    """What is wrong."""
    return "\n  ".join(map(indonesian, fault.message.split("\n  "))), fault.message


def told(fault: Fault | CustodyError, before_raw: str = _GOT) -> Pair:
    """What is wrong, what was expected and what came; of an error also what to do.

    `before_raw`: how Bahasa Indonesia leads to what came where that is shown as it is.
    """
    found = (_indonesian(fault, before_raw), _english(fault))
    remedy = fault.remedy if isinstance(fault, CustodyError) else None
    if remedy is None:
        return found
    return f"{found[0].removesuffix('.')}. {indonesian(remedy)}", f"{found[1].removesuffix('.')}. {remedy}"


def indonesian(text: str, depth: int = _DEPTH) -> str:
    """A text of an error in Bahasa Indonesia; what has no text of its own, such as an id, as it is."""
    if text in _TEXTS:
        return _TEXTS[text]
    for pattern, said in _patterns():
        if match := pattern.fullmatch(text):
            return said.format(*(indonesian(part, depth - 1) if depth else part for part in match.groups()))
    if _ALTERNATIVES.fullmatch(text):
        return " atau ".join(KEY_ROLES[word][0] if word in KEY_ROLES else word for word in text.split(" or "))
    return text


def _indonesian(fault: Fault | CustodyError, before_raw: str) -> str:
    said = [message(fault)[0]]
    if fault.expected:
        said.append(f"seharusnya {indonesian(fault.expected)}")
    if fault.got:
        got = indonesian(fault.got)
        said.append(f"{before_raw if got == fault.got else _GOT} {got}")
    return "; ".join(said)


def _english(fault: Fault | CustodyError) -> str:
    parts = (("", fault.message), ("expected ", fault.expected), ("got ", fault.got))
    return "; ".join(f"{before}{value}" for before, value in parts if value)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Texts with something in them, those that say most first."""
    with_holes = sorted((text for text in _TEXTS if _HOLE.search(text)), key=lambda text: -len(_HOLE.sub("", text)))
    return [(re.compile(_expression(text), re.DOTALL), _TEXTS[text]) for text in with_holes]


def _expression(text: str) -> str:
    literal, *rest = _HOLE.split(text)
    holes = zip(rest[::2], rest[1::2], strict=True)
    return re.escape(literal) + "".join((r"(\d+)" if digits else "(.+?)") + re.escape(after) for digits, after in holes)
