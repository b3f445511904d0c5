"""What holds for every test, and a browser for those of pages."""

import ctypes
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
DRIVER_NEEDS = "libatomic.so.1"
LONGEST = ("test_demo.py", "test_benchmarks.py", "test_panels.py", "test_go_verifiers.py", "test_touch.py")
"""Files that are begun first: the others would else be through, and wait for them."""

# The same examples on every machine and in every run, so that a change alone can turn a test red. `make worlds` looks
# further, for other ones each time.
settings.load_profile("ci")

# A shell that starts this in the background has SIGINT ignored, and so would all that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, which lets pages sound at once as a kiosk's is started to.

    Not for longer than a module: while it is there an event loop runs in this thread, and what signs PDFs wants one.
    """
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    try:
        ctypes.CDLL(DRIVER_NEEDS)
    except OSError:
        pytest.skip(f"{DRIVER_NEEDS} is not there, which Playwright wants: apt-get install libatomic1")
    with sync_playwright() as playwright:
        # Its sandbox needs rights that containers and root do not have.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()
