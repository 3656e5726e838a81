"""What a guard costs: the conditions of the registration flow, over answers that make them read all they can."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import RUNS, Figure, median, seconds_each
from bench.loaded import program

TIMES = 50_000
ENV = {
    "regulator": "cicc",
    "representative_id": "P123456789",
    "membership": {"status": "good_standing", "class": "full"},
    "party": {"matches": 2},
    "member_account": {"role": "nobody", "status": "none", "email": None},
    "email_account": {"role": "nobody", "status": "none"},
    "email": "person@example.org",
}


def figures() -> Iterator[Figure]:
    """µs for each condition, the cheapest, the middle and the dearest of them."""
    conditions = program().flow.conditions
    by_cost = sorted(
        (
            median(f"expression {name}", "µs", [_micro(condition.when.evaluate) for _ in range(RUNS)])
            for name, condition in conditions.items()
        ),
        key=lambda figure: figure.value,
    )
    yield from (by_cost[0], by_cost[len(by_cost) // 2], by_cost[-1])


def _micro(evaluate: object) -> float:
    assert callable(evaluate)
    return seconds_each(lambda: evaluate(ENV), TIMES) * 1e6
