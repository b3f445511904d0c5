"""Whether a command code is alone in view although the scene around it never comes to rest. Pure."""

from collections.abc import Collection

_WORD_SECONDS = 4.0
_GONE_SECONDS = 1.0


class Steady:
    """Follows the one command code of a camera. Somebody walks past behind a sheet, or a hand trembles: it is alone
    once each close step has shown it and nothing else, whatever moved in between.
    """

    def __init__(self, steps: int) -> None:
        """`steps`: how many close steps there are."""
        self._steps = steps
        self._code: str | None = None
        self._alone_in: set[int] = set()
        self._since = self._last = 0.0

    def look(self, commands: Collection[str], step: int | None, at: float, *, others: bool) -> None:
        """What a look of `at` (monotonic seconds) has shown: command codes, and whether there is anything else.

        `step`: the close step that it took, if any. A look that shows nothing says nothing.
        """
        if not commands:
            if others:
                self._alone_in.clear()
            return
        (code, *more) = commands
        if code != self._code or at - self._last > _GONE_SECONDS:
            self._code, self._since = code, at
            self._alone_in.clear()
        self._last = at
        if others or more:
            self._alone_in.clear()
        elif step is not None:
            self._alone_in.add(step)

    @property
    def is_alone(self) -> bool:
        """Whether all close steps have shown the code by itself."""
        return len(self._alone_in) == self._steps

    @property
    def waits_long(self) -> bool:
        """Whether it has been in view so long that somebody holds it there and wonders."""
        return self._last - self._since > _WORD_SECONDS
