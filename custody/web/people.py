"""What people are called, for pages of who may see people."""

from collections.abc import Iterable

import structlog

from custody.core.errors import CustodyError
from custody.directory import NAMES, open_directory
from custody.web.access import viewer
from custody.web.current import ledger

_log = structlog.get_logger(__name__)


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The names of those of many ids (of handlers, or keyids) that have one; none at all for who may not see people.

    A page without names is better than none: what is wrong with the directory stands in the server's log.
    """
    path = ledger().config.private / NAMES
    if not viewer().sees_people or not path.exists():
        return {}
    try:
        with open_directory(path) as directory:
            return directory.names(ids)
    except CustodyError as error:
        _log.warning("the directory does not answer", reason=str(error))
        return {}
