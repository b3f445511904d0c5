"""How items, deliveries and findings stand, as a terminal prints it."""

from custody.core.words import DELIVERY_STATUSES, ITEM_STATUSES, both
from custody.core.words import SEVERITIES as _SEVERITIES

ITEMS = both(ITEM_STATUSES)
DELIVERIES = both(DELIVERY_STATUSES)
SEVERITIES = both(_SEVERITIES)
