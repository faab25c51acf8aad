"""Through random histories the fast counts, the lists behind them and the snapshots are what a plain recount says.

``./run measure recount`` lives through thousands of them.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.catalog.support import use_database
from tests.quotas.histories import Step, histories, live


def test_counts_and_lists_are_what_a_plain_recount_says(sqlite_url: str) -> None:
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories())
    def through(history: list[Step]) -> None:
        live(history)

    with use_database(sqlite_url):
        through()
