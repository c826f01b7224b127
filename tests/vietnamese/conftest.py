"""Properties are tried on a small fixed sample; `make verify` tries each on many."""

import pytest
from hypothesis import given, settings


@pytest.fixture(params=[pytest.param(60, id="sample"), pytest.param(3_000, id="many", marks=pytest.mark.full)])
def for_all(request):
    """``@for_all(strategy, …)`` runs the function below it at once, on examples of the strategies."""

    def of(*strategies):
        def run(holds):
            fixed = settings(max_examples=request.param, derandomize=True, deadline=None, database=None)
            fixed(given(*strategies)(holds))()

        return run

    return of


@pytest.fixture(scope="session")
def hostile_lines(shared_data):
    """Lines that have broken other software."""
    folder = shared_data / "hostile_text"
    return [
        line
        for name in ("blns.txt", "payloadbox_csv_payload.txt")
        for line in (folder / name).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    ]
