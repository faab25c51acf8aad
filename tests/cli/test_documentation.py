"""What is not documented does not exist for users: commands, options and exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from cli.main import app
from core import errors

DOCS = Path(__file__).parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command's full name with its options."""
    waiting = [("sohoa", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        below = getattr(command, "commands", {})
        waiting.extend((f"{name} {word}", child) for word, child in below.items())
        if not below:
            yield name, [option for parameter in command.params for option in parameter.opts if option[:2] == "--"]


@pytest.mark.parametrize(("name", "options"), list(commands()))
def test_every_command_has_a_section_that_names_its_options(name: str, options: list[str]) -> None:
    found = re.search(rf"^### `{name}\b.*?(?=^##|\Z)", CLI, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section for `{name}`"
    assert not [option for option in options if option not in found[0] and option != "--help"]


def test_no_section_is_about_a_command_that_is_gone() -> None:
    known = {name for name, _options in commands()}
    for heading in re.findall(r"^### `([a-z -]+?)(?= -|[^a-z -])", CLI, re.MULTILINE):
        assert heading.strip() in known, heading


def test_every_exit_code_is_explained() -> None:
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert {f"| {code} |" for code in codes} <= set(re.findall(r"^\| \d+ \|", CLI, re.MULTILINE))
