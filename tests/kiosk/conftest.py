"""How long the screen's tests wait."""

from playwright.sync_api import expect

expect.set_options(timeout=60_000)  # a busy machine is no fault
