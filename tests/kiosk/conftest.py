"""How long the screen's tests wait, and badges that open at once."""

from playwright.sync_api import expect

from tests.agent.conftest import each_badge_and_pin_is_derived_once

__all__ = ["each_badge_and_pin_is_derived_once"]

expect.set_options(timeout=60_000)  # a busy machine is no fault
