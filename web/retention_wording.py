"""What pages of retention say: stages, what became of results of a list, and from when periods are counted."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from preservation.retention.states import Clock, Ground, ItemState, Kept, Stage

CLOCKS: Mapping[Clock, object] = {
    Clock.ISSUED: gettext_lazy("from the day of issue"),
    Clock.ENDED: gettext_lazy("from the last day of validity"),
    Clock.USED: gettext_lazy("from the last reuse (never used: from the day of issue)"),
}
GROUNDS: Mapping[Ground, object] = {
    Ground.DUE: gettext_lazy("The period of retention is over"),
    Ground.REQUEST: gettext_lazy("Picked one by one"),
}
STAGES: Mapping[Stage, object] = {
    Stage.PROPOSED: gettext_lazy("Proposed; a second administrator has to decide"),
    Stage.DECIDED: gettext_lazy("Decided; it waits and can be withdrawn"),
    Stage.EXECUTING: gettext_lazy("Being carried out"),
    Stage.DONE: gettext_lazy("Carried out"),
    Stage.WITHDRAWN: gettext_lazy("Withdrawn"),
}
ITEMS: Mapping[ItemState, object] = {
    ItemState.LISTED: gettext_lazy("listed"),
    ItemState.DISPOSED: gettext_lazy("disposed of"),
    ItemState.KEPT: gettext_lazy("kept all the same"),
    ItemState.DROPPED: gettext_lazy("withdrawn with the list"),
}
KEPT: Mapping[Kept, object] = {
    Kept.HELD: gettext_lazy("it is under a legal hold"),
    Kept.CHANGED: gettext_lazy("it was changed after it was listed"),
    Kept.USED: gettext_lazy("it was used again after it was listed"),
    Kept.GONE: gettext_lazy("it had been disposed of before"),
}
