"""Drives the random worlds of tests/rules, tests/ledger and tests/audit for longer than the tests do.

`python -m tests.many_worlds` shows the smallest world that it finds in which something is wrong.
"""

import click
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.audit.followed_worlds import Followed
from tests.audit.kept_worlds import Kept
from tests.audit.test_beside import Besides
from tests.ledger.test_worlds import Ledgers
from tests.rules.test_machine import Orders


@click.command()
@click.option("--worlds", default=500, show_default=True, help="How many of each kind.")
@click.option("--steps", default=60, show_default=True, help="How much happens in each.")
def main(worlds: int, steps: int) -> None:
    """Drive many worlds; ends with a traceback if state or findings differ in one."""
    for machine in (Orders, Ledgers, Followed, Kept, Besides):
        longer = settings(
            max_examples=worlds, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(machine, settings=longer)
        click.echo(f"{machine.__name__}: {worlds} worlds, nothing differs")


if __name__ == "__main__":
    main()
