"""The language of what the command says: Vietnamese where the user's locale is, English elsewhere.

Python's own gettext picks the catalog from LANGUAGE, LC_ALL, LC_MESSAGES and LANG. Our domain is
made the process-wide default before typer is imported, because typer takes its headings from there.
``locale/vi/LC_MESSAGES/sohoa.po`` is edited by hand; ``python -m cli.texts`` compiles it.
"""

from __future__ import annotations

import gettext
from gettext import gettext as _
from pathlib import Path

DOMAIN = "sohoa"
LOCALES = Path(__file__).parent / "locale"
_HOUSE = Path(__file__).parent.parent
_ALL_LOCALES = (LOCALES, _HOUSE / "web" / "locale", _HOUSE / "accounts" / "locale")

gettext.bindtextdomain(DOMAIN, LOCALES)
gettext.textdomain(DOMAIN)

__all__ = ["DOMAIN", "LOCALES", "TYPER_HEADINGS", "_", "label"]


def N_(message: str) -> str:
    """`message` itself: marks a text for translation that is looked up elsewhere."""
    return message


TYPER_HEADINGS = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("[default: {}]"),
    N_("[required]"),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
)
"""Texts of typer's help pages that are shown to our users."""

_LABELS = {
    "document_type": N_("Document type"),
    "number": N_("Number"),
    "issuer": N_("Issuer"),
    "issue_date": N_("Issue date"),
    "subject": N_("Subject"),
    "signer": N_("Signer"),
    "holder": N_("Holder"),
    "holder_id": N_("Holder's ID"),
    "holder_birth_date": N_("Birth date"),
    "co_holder": N_("Second holder"),
    "co_holder_id": N_("Second holder's ID"),
    "expiry_date": N_("Expiry date"),
    "validity": N_("Validity"),
    "register_number": N_("Register number"),
    "sector": N_("Sector"),
}


def label(field: str) -> str:
    """The name of a field for people; an unknown name stays as it is."""
    return _(_LABELS[field]) if field in _LABELS else field


def compile_catalogs() -> list[Path]:
    """Write each .mo of command and pages beside its .po; needs Babel (a development requirement)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(path for locales in _ALL_LOCALES for path in locales.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))
        written.append(source.with_suffix(".mo"))
    return written


if __name__ == "__main__":
    compile_catalogs()
