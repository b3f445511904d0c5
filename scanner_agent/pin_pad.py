"""A PIN that comes key by key: from a keypad, or as codes of the command sheet."""

from custody.core.badge import MAX_PIN
from scanner_agent.sources.source import Key


class PinPad:
    """The digits so far. Nothing of them is shown but how many they are."""

    def __init__(self) -> None:
        self._digits = ""

    def __len__(self) -> int:
        return len(self._digits)

    def press(self, key: Key) -> str | None:
        """The PIN at `enter`, and it is forgotten; None before. No PIN has more digits than are taken."""
        match key:
            case "enter":
                digits, self._digits = self._digits, ""
                return digits
            case "clear":
                self._digits = ""
            case "back":
                self._digits = self._digits[:-1]
            case digit if len(self._digits) < MAX_PIN:
                self._digits += digit
        return None

    def clear(self) -> None:
        self._digits = ""
