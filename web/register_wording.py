"""What pages say of registers: meanings of columns, reasons why rows are not taken, refusals."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registers.importing import Stage
from registers.listing import Linked
from registers.records import Problem, Trouble
from registers.refusals import Refusal
from web import wording

TROUBLES: Mapping[Trouble, object] = {
    Trouble.NO_DATE: gettext_lazy("no date that can be"),
    Trouble.ONLY_YEAR: gettext_lazy("only a month or a year: give the whole date"),
    Trouble.FUTURE: gettext_lazy("a day that is still to come"),
    Trouble.TOO_EARLY: gettext_lazy("a day before 2 September 1945"),
    Trouble.ENDS_BEFORE_ISSUE: gettext_lazy("expires before it was issued"),
    Trouble.RESOLVED_BEFORE_RECEIVED: gettext_lazy("resolved before it was received"),
    Trouble.IDENTITY: gettext_lazy("no identity number, tax code or passport number"),
    Trouble.TOO_LONG: gettext_lazy("too long"),
    Trouble.DOSSIER: gettext_lazy("no code of a dossier"),
    Trouble.STATUS: gettext_lazy("a status that is not understood: write “thu hồi”, “thay thế” or “còn hiệu lực”"),
    Trouble.ENDED: gettext_lazy("said to be valid no longer, but not since when: give the last day of validity"),
    Trouble.UNIT_UNKNOWN: gettext_lazy("there is no such unit"),
    Trouble.UNIT_FOREIGN: gettext_lazy("you may not import registers for this unit"),
    Trouble.NOTHING: gettext_lazy("nothing to know the line by: give a number and a day, a dossier, or a holder"),
    Trouble.TWICE: gettext_lazy("the same line stands in the file before, in row"),
    Trouble.TOO_MANY_CELLS: gettext_lazy("more cells than columns: a separator stands inside of a value"),
}
MEANINGS: Mapping[str, object] = {
    "received": gettext_lazy("Day of receipt"),
    "resolved": gettext_lazy("Day of resolution"),
    "status": gettext_lazy("Status"),
    "components": gettext_lazy("Number of components"),
    "component_names": gettext_lazy("Components of the dossier"),
    "unit": gettext_lazy("Unit"),
    "dossier": gettext_lazy("Dossier"),
    "procedure": gettext_lazy("Procedure"),
    "box": gettext_lazy("Box"),
    "shelf": gettext_lazy("Shelf"),
    "position": gettext_lazy("Position"),
    "pages": gettext_lazy("Pages"),
    "note": gettext_lazy("Note"),
}
"""Of columns and values that are no fields of a result."""
WHY: Mapping[str, object] = {
    "title": gettext_lazy("by its title"),
    "part": gettext_lazy("by a part of its title"),
    "content": gettext_lazy("by what stands in it"),
    "saved": gettext_lazy("as you said last time"),
    "said": gettext_lazy("as you say"),
}
LINKED: Mapping[Linked, object] = {
    Linked.ALL: gettext_lazy("all"),
    Linked.LINKED: gettext_lazy("digitized"),
    Linked.MISSING: gettext_lazy("not digitized yet"),
    Linked.UNSURE: gettext_lazy("to be matched"),
    Linked.WITHDRAWN: gettext_lazy("withdrawn"),
}
STAGES: Mapping[str, object] = {
    Stage.READING.value: gettext_lazy("Rows are read"),
    Stage.COMPARING.value: gettext_lazy("Rows are compared with the register"),
    Stage.WRITING.value: gettext_lazy("Rows are written into the register"),
}
REFUSALS: Mapping[Refusal, object] = {
    Refusal.AT_WORK: gettext_lazy("Another import of this unit is at work: try again when it is done."),
    Refusal.BAD_ROWS: gettext_lazy("Some rows are bad, so nothing was taken."),
    Refusal.NOTHING: gettext_lazy("No row can be taken."),
    Refusal.LINKED: gettext_lazy("Its result is digitized: undo the link first."),
    Refusal.WITHDRAWN: gettext_lazy("The line is withdrawn already."),
    Refusal.NOT_WITHDRAWN: gettext_lazy("The line is not withdrawn."),
}


def meaning_name(name: str) -> str:
    """What a column can mean."""
    return str(MEANINGS[name]) if name in MEANINGS else wording.field_name(name)


def problem_text(problem: Problem) -> str:
    """What is wrong with a row: column, what stands there, why."""
    why = str(TROUBLES[problem.trouble])
    if problem.trouble is Trouble.TWICE:
        return f"{why} {problem.raw}"
    if not problem.name:
        return why
    where = _("column {letter}").format(letter=problem.column)
    raw = f" “{problem.raw}”" if problem.raw else ""
    return f"{meaning_name(problem.name)} ({where}){raw}: {why}"
