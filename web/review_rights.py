"""What somebody may look at on the review desk: open results of the units in which they may correct, and confidential
ones of the kinds that they were given there.

Who is handed a confidential document by the queue did not choose it, so the desk writes down itself why it was opened;
whoever comes by its address is asked, as on every page of it (`web.result_opening`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.rights import Right
from catalog import openings, results
from catalog.queue import Sight
from review.records import Held


def sight(known: Access) -> Sight:
    """Whose results somebody may be handed."""
    seen, corrected = known.where(Right.SEE), known.where(Right.CORRECT)
    units = corrected if seen is None else seen if corrected is None else seen & corrected
    return Sight(units, dict(known.confidential))


def handed(held: Held, known: Access) -> None:
    """The queue handed a document out."""
    _unit, kind = results.place(held.result)
    if kind and not openings.opened(held.result, known.actor):
        openings.open_for(held.result, known.actor, _("Handed out by the review desk"))
