"""What holds for every test."""

import signal

from hypothesis import settings

# The same examples on every machine and in every run, so that a change alone can turn a test red. `make worlds` looks
# further, for other ones each time.
settings.load_profile("ci")

# A shell that starts this in the background has SIGINT ignored, and so would all that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
