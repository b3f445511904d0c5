"""Subcommands are imported when they are asked for, and help says of each what it says of itself."""

from typing import cast

import click
import pytest
from click.testing import CliRunner

from custody.cli.main import cli as custody
from custody.subcommands import Subcommands
from scanner_agent.cli import cli as scanner_agent


def test_help_imports_no_subcommand_and_to_ask_for_one_imports_it() -> None:
    group = Subcommands(table={"weigh": ("no_such_module:weigh", "Weigh a box.")})
    shown = CliRunner().invoke(group, ["--help"])
    assert (shown.exit_code, "weigh  Weigh a box." in shown.output) == (0, True)
    assert isinstance(CliRunner().invoke(group, ["weigh"]).exception, ModuleNotFoundError)
    assert CliRunner().invoke(group, ["wiegh"]).exit_code == 2


@pytest.mark.parametrize("group", [custody, scanner_agent], ids=["custody", "scanner-agent"])
def test_help_says_of_a_subcommand_what_it_says_of_itself(group: Subcommands) -> None:
    context = click.Context(group)
    itself = {name: cast("click.Command", group.get_command(context, name)) for name in group.list_commands(context)}
    assert {name: said for name, (_, said) in group.table.items()} == {
        name: command.get_short_help_str(1000) for name, command in itself.items()
    }
