"""What the review desk says of what became of a document, and of what it refuses."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from review.refusals import Reason
from review.states import Outcome, Second

OUTCOMES: Mapping[Outcome, object] = {
    Outcome.VERIFIED: gettext_lazy("Checked: %(name)s."),
    Outcome.WAITING: gettext_lazy("Entered: %(name)s. A second person enters it next."),
    Outcome.DISAGREED: gettext_lazy("Entered: %(name)s. You two differ, so a third person decides."),
    Outcome.SAMPLED: gettext_lazy("Sample judged: %(name)s."),
}

REASONS: Mapping[Reason, object] = {
    Reason.HELD: gettext_lazy("Somebody else has this document before them now. Go on with the next one."),
    Reason.OWN_KEY: gettext_lazy("You have entered this document already. Another person has to enter it."),
    Reason.SECOND: gettext_lazy("Two people have to enter this document: it is checked at the review desk alone."),
    Reason.OWN_WORK: gettext_lazy("You answer for what stands here, so another person judges this sample."),
    Reason.KEYED_AFTER: gettext_lazy("You two differ, so a third person decides; it cannot be undone any more."),
    Reason.NOTHING_TO_UNDO: gettext_lazy("There is nothing of yours to undo here."),
    Reason.SHARE: gettext_lazy("Give a share from 1 to 100 percent."),
    Reason.NOTE: gettext_lazy("Say in a few words what cannot be told."),
    Reason.TOO_MUCH: gettext_lazy("This is too long."),
    Reason.NO_PAIR: gettext_lazy("Nobody found these two to be alike."),
    Reason.DECIDED: gettext_lazy("Somebody else decided this already."),
    Reason.KEPT: gettext_lazy("Say which of the two stands for both."),
    Reason.DECISION: gettext_lazy("A new version needs a decision: its number, its date and why."),
    Reason.PERIOD: gettext_lazy("The last day is before the first."),
}

SECONDS: Mapping[Second, object] = {
    Second.NONE: gettext_lazy("one person is enough"),
    Second.SAMPLED: gettext_lazy("two people for a share of the documents"),
    Second.ALL: gettext_lazy("two people for every document"),
}
