"""What the register says of a document on the review desk, for its reader."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.access import Access
from registers import unsure
from registers.records import LineRow
from review.suggestions import OF_REGISTER, RegisterLine
from web.registers import sight
from web.result_papers import as_written


def lines_about(result: int, known: Access) -> tuple[RegisterLine, ...]:
    """The line that a result is, or those that could be it, as far as the reader may see them. One query."""
    return tuple(_line(row, result) for row in unsure.lines_about(result, sight(known)))


def _line(row: LineRow, result: int) -> RegisterLine:
    said = {name: as_written(name, str(getattr(row, name) or "")) for name in OF_REGISTER}
    name = row.number or row.register_number or row.dossier or _("line %(row)s") % {"row": row.row or row.id}
    return RegisterLine(row.id, name, said, linked=row.result == result, guessed=row.doubtful)
