"""A browser for the screen's tests."""

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=60_000)  # a busy machine is no fault

CHROMIUM = Path("/usr/bin/chromium")
DRIVER_NEEDS = "libatomic.so.1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which lets pages sound at once as a kiosk's is started to."""
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
