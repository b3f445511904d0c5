"""The machine's clock: kept by the network, and not behind what the log has already received."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from scanner_agent.clock import clock_state, is_synchronised, newest_received
from scanner_agent.doctor.line import Line
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now as system_now

_WHAT = ("Jam", "Clock")
_SET = (
    "sudo timedatectl set-ntp true  # tanpa jaringan / without a network: "
    "sudo timedatectl set-ntp false; sudo timedatectl set-time 'YYYY-MM-DD HH:MM:SS'"
)


def check(
    outbox: Outbox, now: Callable[[], int] = system_now, kept: Callable[[], bool] = is_synchronised
) -> Iterator[Line]:
    """`now`: Unix ms; `kept`: whether the clock is synchronised."""
    time, newest = now(), newest_received(outbox)
    state = clock_state(time, newest, synchronised=kept())
    if state == "behind":
        yield Line(
            "wrong", _WHAT, f"{_shown(time)}, tertinggal dari buku besar / behind the ledger: {_shown(newest)}", _SET
        )
    elif state == "loose":
        yield Line("attention", _WHAT, f"{_shown(time)}, belum disinkronkan / not synchronised", _SET)
    else:
        yield Line("ok", _WHAT, _shown(time))


def _shown(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
