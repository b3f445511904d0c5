"""Every command explains itself, and docs/commands.md has it with all of its options."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from custody.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs/commands.md"
EVERYWHERE = {"--help"}


def commands() -> Iterator[tuple[str, click.Command]]:
    """(name as typed, command) of every command that is no group."""
    groups: list[tuple[str, click.Command]] = [("custody", cli)]
    while groups:
        name, command = groups.pop()
        if not isinstance(command, click.Group):
            yield name, command
            continue
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            groups.append((f"{name} {below}", found))


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")} - EVERYWHERE


ALL = sorted(commands(), key=lambda pair: pair[0])
FOUND = re.findall(r"^### `(custody [a-z -]+?)(?: [A-Z][^`]*)?`\n(.*?)(?=^##|\Z)", PAGE.read_text(), re.M | re.S)
SECTIONS = dict(FOUND)


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_a_command_and_each_of_its_options_has_a_help_text(name: str, command: click.Command) -> None:
    assert command.help
    silent = [
        parameter.opts for parameter in command.params if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_the_page_of_commands_has_a_command_with_all_of_its_options(name: str, command: click.Command) -> None:
    missing = {option for option in options(command) if f"`{option}`" not in SECTIONS[name]}
    assert missing == set()


def test_the_page_of_commands_has_each_command_once_and_no_other() -> None:
    assert sorted(name for name, _ in FOUND) == [name for name, _ in ALL]


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_the_page_of_commands_names_no_option_that_a_command_does_not_have(name: str, command: click.Command) -> None:
    assert set(re.findall(r"`(--[a-z-]+)`", SECTIONS[name])) - options(command) == set()
