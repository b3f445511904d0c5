"""A regency's authority, which enrols hundreds at once: what `custody roster` does one by one, in process."""

import time
from typing import Any

import httpx

from custody.core import roster, statement
from custody.core.head import VERSION
from custody.core.keys import SigningKey
from custody.core.roster import Device, EnrolmentRequest, Handler
from custody.core.statement import Statement
from custody.simulation.programs import Unexpected

BATCH = 100
TIMEOUT_S = 60


class Office:
    """Signs with the key of an authority that is enrolled and has signed nothing yet."""

    def __init__(self, key: SigningKey, origin: str) -> None:
        self._key, self._origin = key, origin
        self._signed: list[Statement] = []
        self._sent = 0

    def enrol_device(self, key: SigningKey, site: str) -> None:
        asked = roster.request(key, self._origin, "device")
        self._sign(Device, key=asked.key, proof=asked.proof, site=site)

    def enrol_handler(self, asked: EnrolmentRequest, role: str, site: str) -> None:
        """The badge holds from now on."""
        members: dict[str, Any] = {
            "handler": asked.subject,
            "badge": asked.badge,
            "key": asked.key,
            "proof": asked.proof,
        }
        self._sign(Handler, **members, role=role, site=site, begins=_now())

    def send(self, url: str) -> None:
        """What has not been sent. Raises Unexpected unless every statement is taken and has an effect."""
        with httpx.Client(timeout=TIMEOUT_S) as client:
            while batch := self._signed[self._sent : self._sent + BATCH]:
                answered = client.post(
                    f"{url}/api/v1/statements",
                    content=b"".join(one.envelope + b"\n" for one in batch),
                    headers={"Content-Type": "application/x-ndjson"},
                )
                answers = answered.json().get("answers", [])
                if len(answers) != len(batch) or any(_went_wrong(answer) for answer in answers):
                    raise Unexpected(f"the ledger answers an authority: {answered.text}")
                self._sent += len(batch)

    def _sign(self, kind: type[Device] | type[Handler], **members: Any) -> None:
        last = self._signed[-1] if self._signed else None
        head: dict[str, Any] = {
            "v": VERSION,
            "log": self._origin,
            "issuer": self._key.keyid,
            "seq": len(self._signed) + 1,
            "prev": last.id if last else None,
            "time": _now(),
            "signers": [self._key.keyid],
        }
        self._signed.append(statement.sign(kind(**head, **members), [self._key]))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _went_wrong(answer: dict[str, Any]) -> bool:
    return answer["status"] != "accepted" or answer.get("effect") is not None
