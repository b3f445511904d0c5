"""A form as it came: what was said in each field, which stays there, and what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Request

from custody.core.errors import CustodyError
from custody.core.words import Pair
from custody.lists.table import Faults
from custody.web.fault_words import told

T = TypeVar("T")
FORM = ""
"""The name of no field: a fault of the form as a whole."""


class Given:
    """The fields of a form, each read once; `faults` by field: what is wrong with it, None where it is missing;
    `listed`: what is wrong with a list that was handed in, by line.
    """

    def __init__(self, said: Mapping[str, str], files: Mapping[str, bytes] | None = None) -> None:
        self.said = dict(said)
        self.faults: dict[str, Pair | None] = {}
        self.listed: Faults | None = None
        self._files = files or {}

    @classmethod
    def of(cls, request: Request) -> "Given":
        """What a request brings; of several files of one name the first."""
        return cls(request.form, {name: file.read() for name, file in request.files.items()})

    def read(self, name: str, read: Callable[[str], T], *, must: bool = True) -> T | None:
        """What `read` makes of a field; None where it is empty or `read` raises a CustodyError: `faults` says so."""
        text = self.said.get(name, "").strip()
        if not text:
            if must:
                self.faults[name] = None
            return None
        try:
            return read(text)
        except CustodyError as error:
            self.fault(error, name)
            return None

    def text(self, name: str, *, must: bool = True) -> str | None:
        """A field as it stands."""
        return self.read(name, str, must=must)

    def lines(self, name: str) -> list[str]:
        """The words of a field, each once, sorted."""
        found = self.read(name, lambda text: sorted(set(text.split())))
        return found or []

    def file(self, name: str, read: Callable[[bytes], T]) -> T | None:
        """What `read` makes of a file, or of its text in the field of that name, where it stays for another try."""
        data = self._files.get(name) or self.said.get(name, "").strip().encode()
        if not data:
            self.faults[name] = None
            return None
        try:
            self.said[name] = data.decode()
        except UnicodeDecodeError:
            self.said[name] = ""
        try:
            return read(data)
        except CustodyError as error:
            self.fault(error, name)
            return None

    def fault(self, error: CustodyError, name: str = FORM) -> None:
        """A field's fault, as an error says it."""
        self.faults.setdefault(name, told(error))
