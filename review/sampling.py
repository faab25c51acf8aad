"""The one place where the desk and the samples meet: documents drawn for a sample are handed out and judged like those
of the queue, after them.

Whoever looks one up sees what the desk shows of any document, not that it was sure, nor who entered it; their own work
is not handed to them. It is judged by comparing: a field is wrong where the paper says something else than the catalog.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from catalog import checks, events, queue, results
from catalog.configuration import told_plainly
from catalog.queue import Sight
from catalog.refusals import RefusedChangeError
from catalog.values import clip, now
from review import asides, leases
from review.models import Sample, SampleField
from review.states import SampleState


@told_plainly()
def first(sight: Sight, actor: str, without: Sequence[int] = (), limit: int = 1) -> tuple[int, ...]:
    """The documents drawn for a sample that `actor` may be handed next, by id."""
    found = _waiting(sight).exclude(operator=clip(actor, 200)).exclude(result__in=list(without))
    found = found.exclude(result__in=leases.of_others(actor)).exclude(result__in=asides.of_person(actor)).order_by("pk")
    return tuple(found.values_list("result_id", flat=True)[:limit])


@told_plainly()
def count(sight: Sight) -> int:
    """How many documents drawn for a sample wait to be judged."""
    return _waiting(sight).count()


@told_plainly()
def drawn(result: int) -> bool:
    """Whether the result was drawn for a sample and is not judged yet."""
    return Sample.objects.filter(result=result, state=SampleState.WAITING.value).exists()


@told_plainly()
def answers_for(result: int, actor: str) -> bool:
    """Whether the result waits to be judged as a sample and `actor` answers for its values, so somebody else has to."""
    waiting = Sample.objects.filter(result=result, state=SampleState.WAITING.value)
    return waiting.filter(operator=clip(actor, 200)).exists()


def judged(result: int, values: Mapping[str, str], actor: str) -> None:
    """`actor` looked these fields of a sampled document up; to be called before they are put into the catalog, and
    inside the transaction of that. Fields that neither the catalog nor the paper has do not count.
    """
    sample = Sample.objects.select_for_update().filter(result=result, state=SampleState.WAITING.value).first()
    if sample is None:
        return
    present = {field.name: field.value for field in results.show(result).fields}
    counted = [name for name, text in values.items() if present.get(name) or checks.typed(text)]
    wrong = [name for name in counted if _kept(name, values[name]) != checks.typed(present.get(name, ""))]
    SampleField.objects.filter(sample=sample).delete()
    SampleField.objects.bulk_create([SampleField(sample=sample, name=name, wrong=name in wrong) for name in counted])
    sample.state, sample.actor, sample.judged = SampleState.JUDGED.value, clip(actor, 200), now()
    sample.save(update_fields=["state", "actor", "judged"])
    told = {"sample": sample.pk, "fields": len(counted), "wrong": sorted(wrong)}
    events.append(sample.unit, "review.sample_judged", f"result:{result}", told)


def undone(result: int, actor: str) -> None:
    """`actor` took back what they settled about a result; a sampled one waits to be judged again."""
    for sample in Sample.objects.filter(result=result, state=SampleState.JUDGED.value, actor=clip(actor, 200)):
        SampleField.objects.filter(sample=sample).delete()
        Sample.objects.filter(pk=sample.pk).update(state=SampleState.WAITING.value, actor="", judged=None)
        events.append(sample.unit, "review.sample_undone", f"result:{result}", {"sample": sample.pk})


def _kept(name: str, text: str) -> str:
    """A value as the catalog would keep it; one that cannot be right, as it was typed."""
    try:
        return checks.value(name, text)
    except RefusedChangeError:
        return checks.typed(text)


def _waiting(sight: Sight) -> QuerySet[Sample]:
    return Sample.objects.filter(queue.settled(sight), state=SampleState.WAITING.value)
