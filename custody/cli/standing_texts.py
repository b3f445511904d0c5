"""One word for one thing, wherever it is printed how items, deliveries and findings stand."""

ITEMS = {
    "planned": "direncanakan / planned",
    "held": "dipegang / held",
    "in-transit": "dalam perjalanan / in transit",
    "uncertain": "tidak pasti / uncertain",
    "contained": "di dalam wadah / in a container",
    "retired": "tidak dipakai lagi / retired",
}
DELIVERIES = {
    "delivered": "sudah sampai / delivered",
    "on-time": "tepat waktu / on time",
    "at-risk": "terancam terlambat / at risk",
    "late": "terlambat / late",
}
SEVERITIES = {"critical": "kritis / critical", "major": "besar / major", "minor": "kecil / minor"}
