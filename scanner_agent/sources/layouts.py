"""Keyboard layouts: what each key types, by the kernel's key codes (linux/input-event-codes.h).

A key types up to three characters: plain, with Shift, with AltGr. A dead key types its accent: scanners put no letter
below one.
"""

from typing import Literal

LayoutName = Literal["us", "uk", "de", "fr"]
Layout = dict[int, str]

_COMMON = {1: "\x1b\x1b", 14: "\b\b", 15: "\t\t", 28: "\r\r", 57: "  "}
_FIRST_OF_ROW = (2, 16, 30, 44)


def _layout(rows: tuple[tuple[str, str], ...], others: Layout) -> Layout:
    letters = {
        first + place: plain + shifted
        for first, (row, shifted_row) in zip(_FIRST_OF_ROW, rows, strict=True)
        for place, (plain, shifted) in enumerate(zip(row, shifted_row, strict=True))
    }
    return _COMMON | letters | others


LAYOUTS: dict[LayoutName, Layout] = {
    "us": _layout(
        (
            ("1234567890-=", "!@#$%^&*()_+"),
            ("qwertyuiop[]", "QWERTYUIOP{}"),
            ("asdfghjkl;'`", 'ASDFGHJKL:"~'),
            ("zxcvbnm,./", "ZXCVBNM<>?"),
        ),
        {43: "\\|", 86: "<>"},
    ),
    "uk": _layout(
        (
            ("1234567890-=", '!"£$%^&*()_+'),
            ("qwertyuiop[]", "QWERTYUIOP{}"),
            ("asdfghjkl;'`", "ASDFGHJKL:@¬"),
            ("zxcvbnm,./", "ZXCVBNM<>?"),
        ),
        {5: "4$€", 18: "eEé", 22: "uUú", 23: "iIí", 24: "oOó", 30: "aAá", 41: "`¬¦", 43: "#~", 86: "\\|"},
    ),
    "de": _layout(
        (
            ("1234567890ß´", '!"§$%&/()=?`'),
            ("qwertzuiopü+", "QWERTZUIOPÜ*"),
            ("asdfghjklöä^", "ASDFGHJKLÖÄ°"),
            ("yxcvbnm,.-", "YXCVBNM;:_"),
        ),
        {
            **{3: '2"²', 4: "3§³", 8: "7/{", 9: "8([", 10: "9)]", 11: "0=}", 12: "ß?\\"},
            **{16: "qQ@", 18: "eE€", 27: "+*~", 43: "#'", 50: "mMµ", 86: "<>|"},
        },
    ),
    "fr": _layout(
        (
            ("&é\"'(-è_çà)=", "1234567890°+"),
            ("azertyuiop^$", "AZERTYUIOP¨£"),
            ("qsdfghjklmù²", "QSDFGHJKLM%²"),
            ("wxcvbn,;:!", "WXCVBN?./§"),
        ),
        {
            **{3: "é2~", 4: '"3#', 5: "'4{", 6: "(5[", 7: "-6|", 8: "è7`", 9: "_8\\", 10: "ç9^", 11: "à0@", 12: ")°]"},
            **{13: "=+}", 18: "eE€", 43: "*µ", 86: "<>"},
        },
    ),
}

KEYPAD: Layout = {
    55: "*",
    71: "7",
    72: "8",
    73: "9",
    74: "-",
    75: "4",
    76: "5",
    77: "6",
    78: "+",
    79: "1",
    80: "2",
    81: "3",
    82: "0",
    83: ".",
    96: "\r",
    98: "/",
    117: "=",
    121: ",",
}
"""The keypad types digits whatever Num Lock says: a scanner that uses it means them."""
