"""The machine's clock: kept by the network, and not behind what the log has already received."""

import ctypes
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from custody.core import entry
from scanner_agent.doctor.line import Line
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now as system_now

_WHAT = ("Jam", "Clock")
_SET = "sudo timedatectl set-ntp true"
_TIME_ERROR = 5  # adjtimex(2): nobody keeps it
_TIMEX_BYTES = 1024  # more than any `struct timex`


def synchronised() -> bool:
    """Whether the kernel says that its clock is being kept."""
    request = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: only asks
    state = ctypes.CDLL(None, use_errno=True).adjtimex(request)
    return state not in (-1, _TIME_ERROR)


def newest_received(outbox: Outbox) -> int:
    """Unix ms of the newest entry of the log that is here, by the ledger's clock; 0 for none."""
    synced = outbox.synced()
    return max((entry.decode(data)[1] for _, data in outbox.roster()), default=0) if synced is None else synced[1]


def check(
    outbox: Outbox, now: Callable[[], int] = system_now, kept: Callable[[], bool] = synchronised
) -> Iterator[Line]:
    """`now`: Unix ms; `kept`: whether the clock is synchronised."""
    time, newest = now(), newest_received(outbox)
    if time < newest:
        yield Line(
            "wrong", _WHAT, f"{_shown(time)}, tertinggal dari buku besar / behind the ledger: {_shown(newest)}", _SET
        )
    elif not kept():
        yield Line("attention", _WHAT, f"{_shown(time)}, belum disinkronkan / not synchronised", _SET)
    else:
        yield Line("ok", _WHAT, _shown(time))


def _shown(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
