"""What holds for every test."""

from hypothesis import settings

# The same examples on every machine and in every run, so that a change alone can turn a test red. `make worlds` looks
# further, for other ones each time.
settings.load_profile("ci")
