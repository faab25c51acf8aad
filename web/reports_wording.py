"""What pages about reports say: names and definitions of indicators and figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quotas.dossier_facts import Figure, Indicator
from quotas.mailing import SendingRow

INDICATORS: Mapping[Indicator, tuple[object, object]] = {
    Indicator.ELECTRONIC: (
        gettext_lazy("Electronic results"),
        gettext_lazy(
            "Dossiers resolved in the period by procedures that return a paper result, with a result file attached ÷ "
            "all dossiers resolved in the period by such procedures."
        ),
    ),
    Indicator.DIGITIZATION: (
        gettext_lazy("Digitization"),
        gettext_lazy(
            "Dossiers resolved in the period with at least one component digitized or reused and a result file "
            "attached ÷ all dossiers resolved in the period."
        ),
    ),
    Indicator.REUSE: (
        gettext_lazy("Reuse of papers"),
        gettext_lazy(
            "Dossiers received in the period with at least one component reused ÷ all dossiers received in the period."
        ),
    ),
    Indicator.SHARING: (
        gettext_lazy("Sharing"),
        gettext_lazy(
            "Dossiers received in the period with a component taken from the national repository, or a result that is "
            "linked there ÷ all dossiers received in the period."
        ),
    ),
}
"""Name and definition."""
FIGURES: Mapping[Figure, object] = {
    Figure.RECEIVED: gettext_lazy("Dossiers received"),
    Figure.COMPONENTS_NONE: gettext_lazy("components not digitized"),
    Figure.COMPONENTS_DIGITIZED: gettext_lazy("components digitized"),
    Figure.REUSED: gettext_lazy("components reused"),
    Figure.REUSED_PORTAL: gettext_lazy("reused from the national portal"),
    Figure.SHARED: gettext_lazy("shared with the national repository"),
    Figure.RESOLVED: gettext_lazy("Dossiers resolved"),
    Figure.RESULTS_NONE: gettext_lazy("results not digitized"),
    Figure.RESULTS_DIGITIZED: gettext_lazy("results digitized"),
    Figure.PAPER: gettext_lazy("of procedures with a paper result"),
    Figure.PAPER_DIGITIZED: gettext_lazy("of these with a result file"),
    Figure.COMPLETE: gettext_lazy("with components and result file"),
}


def decimal(number: Decimal | None) -> str:
    """A rate or points as people write them."""
    return _("N/A") if number is None else f"{number:.2f}".replace(".", ",")


def count(number: int) -> str:
    """A number of dossiers as people write it."""
    return f"{number:,}".replace(",", ".")


def sending_fault(sending: SendingRow) -> str:
    """Why a report could not be sent."""
    if sending.in_doubt:
        return _("It is not known whether it arrived. Ask a recipient; if it did not, send it again.")
    return _("It is being sent just now.") if sending.under_way else sending.fault
