"""The roles of those who sign in: one account may have several."""

from typing import Literal, get_args

from custody.core.words import Pair

Role = Literal["supervisor", "auditor", "operator", "authority"]

ROLES: dict[Role, Pair] = {
    "supervisor": ("Pengawas", "Supervisor"),
    "auditor": ("Auditor", "Auditor"),
    "operator": ("Operator", "Operator"),
    "authority": ("Otoritas", "Authority"),
}
"""(Bahasa Indonesia, English)."""
NAMES: tuple[Role, ...] = get_args(Role)
