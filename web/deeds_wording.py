"""What events are called in lists of who did what: those of `web.wording`, and those that no other page shows."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from web.wording import EVENTS

_OTHERS: Mapping[str, object] = {
    "batch.opened": gettext_lazy("Batch opened"),
    "batch.changed": gettext_lazy("Batch changed"),
    "batch.closed": gettext_lazy("Batch closed"),
    "batch.reopened": gettext_lazy("Batch opened again"),
    "batch.retried": gettext_lazy("Failed files of the batch tried again"),
    "batch.handed_on": gettext_lazy("Batch handed on to be read"),
    "batch.staged": gettext_lazy("Batch laid on the desk"),
    "batch.stuck": gettext_lazy("Batch could not be handed on"),
    "batch.indexed": gettext_lazy("Index of bought-in work taken over"),
    "batch.arranged": gettext_lazy("Pages put in order"),
    "batch.arrangement_undone": gettext_lazy("Order of pages undone"),
    "batch.arrangement_redone": gettext_lazy("Order of pages done again"),
    "scan.arranged": gettext_lazy("Pages of the file went on in others"),
    "scan.derived": gettext_lazy("File put together of others"),
    "scan.handed_on": gettext_lazy("File handed on to be read"),
    "scan.looked_at": gettext_lazy("File looked at before it was read"),
    "scan.moved": gettext_lazy("File moved to another batch"),
    "scan.retried": gettext_lazy("File tried again"),
    "scan.staged": gettext_lazy("File laid on the desk"),
    "upload.given_up": gettext_lazy("Upload given up"),
    "result.carrier_marked": gettext_lazy("Marked as a sheet that others stand on"),
    "result.carrier_unmarked": gettext_lazy("No longer marked as a sheet that others stand on"),
    "result.change_seen": gettext_lazy("Change of a used result noticed"),
    "persons.linked": gettext_lazy("Numbers of a person linked"),
    "persons.unlinked": gettext_lazy("Numbers of a person unlinked"),
    "box.kept": gettext_lazy("Box kept"),
    "box.changed": gettext_lazy("Box changed"),
    "paper.put": gettext_lazy("Paper put into a box"),
    "paper.batch_put": gettext_lazy("Papers of a batch put into a box"),
    "paper.put_undone": gettext_lazy("Putting into a box undone"),
    "person.granted": gettext_lazy("Role given"),
    "person.withdrawn": gettext_lazy("Role taken back"),
    "person.invited": gettext_lazy("Person invited"),
    "person.password_set": gettext_lazy("Password set"),
    "person.suspended": gettext_lazy("Person suspended"),
    "person.signed_out": gettext_lazy("Signed out everywhere"),
    "looks.sealed": gettext_lazy("Record of looks sealed"),
    "looks.cleared": gettext_lazy("Old record of looks cleared away"),
    "person.restored": gettext_lazy("Person let in again"),
    "token.added": gettext_lazy("Access of a program added"),
    "token.revoked": gettext_lazy("Access of a program revoked"),
    "review.entered": gettext_lazy("Entered at the review desk"),
    "review.entry_undone": gettext_lazy("Entry at the review desk undone"),
    "review.disagreed": gettext_lazy("Two people entered different values"),
    "review.put_aside": gettext_lazy("Put aside at the review desk"),
    "review.pair_decided": gettext_lazy("Decided about a paper scanned twice"),
    "review.pair_undone": gettext_lazy("Decision about a paper scanned twice undone"),
    "review.pair_found": gettext_lazy("Papers found that may be the same"),
    "review.policy_put": gettext_lazy("Two-person rule set"),
    "review.policy_dropped": gettext_lazy("Two-person rule removed"),
    "review.sample_share_put": gettext_lazy("Share of samples set"),
    "review.samples_drawn": gettext_lazy("Samples drawn"),
    "review.sample_drawn": gettext_lazy("Drawn as a sample"),
    "review.sample_judged": gettext_lazy("Sample judged"),
    "review.sample_undone": gettext_lazy("Judgement of a sample undone"),
}


def kinds() -> dict[str, str]:
    """Kind of event → what it is called, of all that have a name, by name."""
    named = {kind: str(name) for kind, name in {**_OTHERS, **EVENTS}.items()}
    return dict(sorted(named.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def name_of(kind: str) -> str:
    """What an event of this kind is called."""
    return str(EVENTS.get(kind) or _OTHERS.get(kind, kind))
