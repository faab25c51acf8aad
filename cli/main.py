"""The command ``sohoa``: its commands in the order in which they are needed. `main` is the entry point."""

from __future__ import annotations

import sys
from typing import Annotated

from cli import texts  # first: typer takes its headings from the language set here
from cli.texts import _

# isort: split
import typer

from cli import (
    backup,
    batch,
    bought_in,
    doctor,
    evaluate,
    extract,
    find,
    ingest,
    install,
    migrate_storage,
    packages,
    paper,
    people,
    procedures,
    quotas,
    register_matching,
    reports,
    retention,
    signatures,
    state,
    tokens,
    units,
    verify,
    watch,
    worker,
)
from cli.faults import guarded
from cli.terminal import prepare_streams, say

__all__ = ["app", "main", "texts"]

app = typer.Typer(
    name="sohoa",
    help=_("Digitizes results of administrative procedures, so that each is found in a second."),
    epilog=_("Settings come from SOHOA_… variables or sohoa.toml (docs/settings.md). All commands: docs/cli.md."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            say(f"sohoa {version('sohoa')}")
        except PackageNotFoundError:  # run from a checkout that is not installed
            say("sohoa")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=_("Print the version and leave."))
    ] = False,
) -> None:
    """Take what stands before the command's name."""


app.command("init", help=_("Set up the folders, the catalog, the object store and the search index."))(install.init)
app.add_typer(units.app, name="units")
app.add_typer(procedures.app, name="procedures")
app.add_typer(people.app, name="people")
app.add_typer(tokens.app, name="tokens")
app.command("doctor", help=_("Check tools, versions and services, and say what to do."))(doctor.doctor)
app.command("ingest", help=_("Take files in, read them, keep them and make them findable."))(ingest.ingest)
app.add_typer(batch.app, name="batch")
app.add_typer(bought_in.app, name="bought-in")
app.add_typer(reports.app, name="reports")
app.add_typer(register_matching.app, name="registers")
app.add_typer(paper.app, name="paper")
app.add_typer(quotas.app, name="quotas")
app.add_typer(retention.app, name="retention")
app.add_typer(signatures.app, name="signatures")
app.command("watch", help=_("Take files in as they come into a folder, such as a scanner's."))(watch.watch)
app.command("extract", help=_("Read files and write what was found, without storing anything."))(extract.extract)
app.command("evaluate", help=_("Score how well a corpus with truth is read, and show each mistake."))(evaluate.evaluate)
app.command("search", help=_("Find results by number, name or words, with or without accents."))(find.search)
app.command("show", help=_("Show all that is known about one result."))(find.show)
app.command("export", help=_("Copy results out: archive PDF, original, words and metadata."))(find.export)
app.command("status", help=_("Tell how far a batch, or everything, has come."))(state.status)
app.command("reindex", help=_("Build the search index anew; searches go on meanwhile."))(state.reindex)
app.command("verify", help=_("Check that everything is still as it was taken in."))(verify.verify)
app.command("backup", help=_("Make a backup of everything elsewhere, or check one."))(backup.backup)
app.command("restore", help=_("Bring everything back from a backup."))(backup.restore)
app.command("migrate-storage", help=_("Copy all objects to another store."))(migrate_storage.migrate_storage)
app.command("migrate-catalog", help=_("Copy the catalog into another database."))(migrate_storage.migrate_catalog)
app.add_typer(packages.app, name="package")
app.command("worker", help=_("Read what waits, beside workers on other machines."))(worker.worker)
app.command("serve", help=_("Serve the search pages on this machine."))(install.serve)


def main() -> None:
    """Run the command given on the command line and leave with its exit code."""
    prepare_streams()
    command = typer.main.get_command(app)
    sys.exit(guarded(lambda: command(prog_name="sohoa")))
