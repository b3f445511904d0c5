"""The kiosk's screen, looked at and touched as a browser would: the start page opened, its code posted, events read."""

import json
import queue
import re
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx

from custody.simulation.programs import Unexpected, console

_ACTION = re.compile(r'action="(.*?)/start"')
_CODE = re.compile(r'name="code" value="(.*?)"')
_TAG = re.compile(r"<svg.*?</svg>|<[^>]+>", re.DOTALL)
TIMEOUT_S = 30.0


class Screen:
    """Every state that the screen comes to is shown in the story, and can be waited for. Use it in a `with`."""

    def __init__(self, start_page: Path) -> None:
        """Raises Unexpected if the screen does not let this browser in."""
        page = start_page.read_text()
        origin, code = (found[1] for found in (_ACTION.search(page), _CODE.search(page)) if found)
        self._client = httpx.Client(base_url=origin, headers={"Origin": origin}, timeout=TIMEOUT_S)
        # A page that is opened as a file has no origin of its own.
        self._post("/start", {"code": code}, {"Origin": "null"})
        self._seen: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._look, daemon=True).start()

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def touch(self, line: str) -> None:
        """A key of the screen; a PIN by its digits. Raises Unexpected if it is not taken."""
        self._post("/line", {"line": line}, {})

    def wait_for(self, words: str) -> None:
        """Raises Unexpected unless the screen comes to hold `words`."""
        deadline = time.monotonic() + TIMEOUT_S
        seen = []
        while (left := deadline - time.monotonic()) > 0:
            with suppress(queue.Empty):
                seen.append(self._seen.get(timeout=left))
                if words in seen[-1]:
                    return
        raise Unexpected(f"the screen did not come to hold {words!r}; it held:\n" + "\n".join(seen))

    def _post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> None:
        answer = self._client.post(path, data=form, headers=headers)
        if not answer.is_success:
            raise Unexpected(f"the screen answered {answer.status_code}: {answer.text}")

    def _look(self) -> None:
        told = ""
        # Once the screen is gone there is nothing more to see.
        with suppress(httpx.HTTPError, RuntimeError), self._client.stream("GET", "/events") as events:
            for line in events.iter_lines():
                if not line.startswith("data: "):
                    continue
                regions = json.loads(line.removeprefix("data: "))["regions"]
                state = _words(regions["state"])
                if state != told:
                    told = state
                    console.print(f"    layar ┃ {state}", style="bold", markup=False)
                self._seen.put(f"{state} {_words(regions['work'])}")


def _words(html: str) -> str:
    return " ".join(_TAG.sub(" ", html).split())
