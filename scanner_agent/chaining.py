"""Where and when a device signs next: the link of its chain, its clocks, and the log as it last saw it."""

from custody.core.event import Clock
from custody.core.merkle import EMPTY_ROOT
from scanner_agent.clock import DeviceClock
from scanner_agent.config import AgentConfig
from scanner_agent.drafting import Occasion
from scanner_agent.outbox import Outbox


def next_occasion(config: AgentConfig, outbox: Outbox, own: DeviceClock, device: str) -> Occasion:
    """As of now; `device` is its keyid. Raises StorageFault."""
    seq, prev = outbox.next_link(device)
    held = outbox.last_checkpoint()
    size, root = (held.checkpoint.size, held.checkpoint.root) if held else (0, EMPTY_ROOT)
    clock = Clock(boot=own.boot, mono=own.since_boot(), size=size, root=root.hex())
    return Occasion(config.origin, config.site, seq, prev, own.now(), clock)
