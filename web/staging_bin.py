"""The bin of a batch that went on: pages come out of it as a document of their own, after a second look at which."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.rights import Right
from catalog import scans
from core.errors import RefusedError
from staging import operations, release
from staging.planned import Misfit, MisfitError, PageRef
from staging.refusals import BatchError, BatchRefusal
from web import wording_staging
from web.batch import of_reader
from web.rights import access, needs
from web.services import store
from web.wording_batches import BATCH_REFUSALS, SCANS


@needs(Right.ARCHIVE)
@require_POST
def take_out(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether these pages are to be read, since that cannot be taken back; with ``sure`` it is done."""
    known = access(request)
    mine = of_reader(number, known)
    back = f"{reverse('staging', args=[number])}?bin=1"
    chosen = request.POST.getlist("pages")
    try:
        refs = release.whole(number, tuple(map(PageRef.of, chosen[: operations.MOST_PAGES])))
        pages = release.to_take_out(number, refs)
        if request.POST.get("sure"):
            release.take_out(number, refs, store(), known.actor)
            messages.success(request, _("They are out of the bin, and read as a document of their own."))
            return redirect(back)
    except MisfitError as error:
        messages.warning(request, wording_staging.not_taken_out(error.misfit if chosen else Misfit.UNKNOWN_PAGE))
        return redirect(back)
    except RefusedError:
        messages.warning(request, str(SCANS["failed"]))
        return redirect(back)
    except BatchError as error:
        told = BATCH_REFUSALS[error.refusal] if error.refusal is not BatchRefusal.OPEN else wording_staging.STILL_HERE
        messages.warning(request, str(told))
        return redirect(back)
    names = scans.rows({page.ref.scan for page in pages})
    shown = [(page.ref, names[page.ref.scan].name) for page in pages]
    return render(request, "web/staging_take_out.html", {"batch": mine, "pages": shown, "chosen": refs, "back": back})
