"""How a result is changed, whoever changes what: locked, kept as it was, and written with change, event and outbox
entry in one transaction. For the catalog's own modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from catalog import events, facts, fields, fingerprints, outbox
from catalog.models import Document, Field, Result
from catalog.refusals import DisposedError, Refusal, RefusedChangeError
from catalog.states import State
from catalog.values import digest
from core.errors import NotFoundError


@contextmanager
def locked(id: int, actor: str, seen: int | None = None) -> Iterator[Result]:
    """A transaction in which nobody else changes the result; its events are `actor`'s.

    `seen` is the edition that the actor looked at: RefusedChangeError when there is a newer one. None: no matter.
    Raises NotFoundError, also where it was disposed of (DisposedError).
    """
    with transaction.atomic(), events.acting(actor):
        result = lock_even_disposed(id)
        if result.disposed is not None:
            raise DisposedError(id, result.unit.code, result.confidential)
        if seen is not None and seen != result.edition:
            message = f"somebody changed result {id} meanwhile: look at it again, then decide"
            raise RefusedChangeError(Refusal.STALE, message)
        yield result


def lock_even_disposed(id: int) -> Result:
    """The row of a result, locked, whatever became of it; inside a transaction. Raises NotFoundError."""
    result = Result.objects.select_for_update().defer("text").filter(pk=id).first()
    if result is None:
        raise NotFoundError(f"there is no result {id}")
    return result


def lock_all(ids: Iterable[int]) -> None:
    """Lock several results, in the one order that lets nobody wait in a circle; before any of them is `locked`."""
    list(Result.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def conclude(result: Result, present: Iterable[Field]) -> None:
    """Set what follows from the fields: columns, and whether somebody must still look at one. A result whose identity
    changes is held against the others again: many a number is known only once a person has read it.
    """
    present, before = list(present), result.identity
    for name, value in fields.columns({field.name: field.value for field in present}).items():
        setattr(result, name, value)
    if result.identity not in ("", before):
        fingerprints.again(result)
    result.doubts = sum(field.review for field in present)
    result.in_review = result.doubts > 0


def looked_at(result: Result) -> None:
    """A person was at work on the fields: verified, unless something is left to look at."""
    result.state = State.TO_REVIEW.value if result.in_review else State.VERIFIED.value


def write(result: Result, kind: str, data: Mapping[str, object]) -> None:
    """Save the changed result, tell search, and write the event `kind`; the last thing to be done inside `locked`."""
    result.save()
    outbox.tell([result.pk])
    tell(result, kind, data)


def tell(result: Result, kind: str, data: Mapping[str, object]) -> None:
    """Write an event about a result: `data`, and the digest of all that it states by now; so call it last."""
    batch = Document.objects.filter(pk=result.document_id).values_list("scan__batch_id", flat=True)[0]
    events.append_to(result.unit_id, kind, f"result:{result.pk}", {**data, "facts": facts.of(result.pk)}, batch)


def fields_digest(present: Iterable[Field]) -> str:
    """What an event tells of values: enough to prove later which they were, without repeating personal data."""
    return digest({field.name: field.value for field in present})
