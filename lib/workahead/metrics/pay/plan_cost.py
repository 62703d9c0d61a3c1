"""What a compensation plan costs, as things stand, as they are projected, and under plain what-ifs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from workahead.book.comp_plan import CompPlan
from workahead.book.periods import Day, Period
from workahead.errors import UnknownName
from workahead.metrics.pay.payouts import paid, pay_period
from workahead.metrics.pay.results import expected, results
from workahead.metrics.positions import rate

if TYPE_CHECKING:
    from workahead.book.book import Book

STANDS, PROJECTED = "as_it_stands", "projected"
MORE = "more_"
STEP = 0.05
SHIFT = 0.1
KEYS = ("who", "metric", "scope")
COLUMNS = ["scenario", "target_pay", "cost", "share", "change", "people", "lowest", "highest", "missing"]


def plan_cost(
    book: Book,
    plan: CompPlan,
    start: Day,
    end: Day,
    scenarios: Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """What the plan pays in all for a period, under each scenario: a row per scenario and group.

    | column | meaning |
    |---|---|
    | scenario | see below |
    | *by* | nothing, or of who, metric, scope: who is paid, or what is paid for |
    | target_pay | pay at target, for the days on the plan |
    | cost, share | what is paid, in money and as a share of target_pay |
    | change | cost less that of the first scenario below that is known: projected, else as_it_stands |
    | people | how many are on the plan in these days |
    | lowest, highest | the least and the most that one person gets, as a share of the own target pay |
    | missing | parts of pay for which result or target is missing: they are in no other column but target_pay |

    Scenarios: ``as_it_stands``; of a period not over yet ``projected_low``, ``projected`` and ``projected_high`` (NRR,
    GRR, renewals and expansion from :func:`workahead.project_retention`, low and high for everybody at once; CSQLs at
    the pace so far; accuracy as it stands); ``all_down`` and ``all_up``, every result 5% lower and higher;
    ``more_nrr`` and the like, the weight of that metric raised by 10 points at the cost of the others, in proportion.
    Default: all that there are. Raises PeriodError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [900.0, 100.0],
    ...     "start_date": ["2024-01-01", "2024-01-01"], "end_date": [None, "2025-06-30"]}))
    >>> plan = wa.CompPlan(metrics=[{"metric": "grr", "weight": 1, "scope": "team", "target": "90%"}],
    ...                    people=[{"who": "Ana", "target_pay": 5000}])
    >>> cost = plan_cost(book, plan, "2025-09-30", "2025-12-31", ["as_it_stands", "all_down"])
    >>> cost[["scenario", "cost", "share", "change"]]
           scenario    cost  share  change
    0  as_it_stands  5000.0   1.00     0.0
    1      all_down  4750.0   0.95  -250.0
    """
    period = pay_period(book, plan, start, end)
    keys = [by] if isinstance(by, str) else list(by or ())
    for name in keys:
        if name not in KEYS:
            raise UnknownName("column to group by", name, KEYS)
    tables = dict(_scenarios(book._base, plan.seen_by(book.audience), period))
    wanted = list(tables if scenarios is None else scenarios)
    for name in wanted:
        if name not in tables:
            raise UnknownName("scenario of this period", name, list(tables))
    first = PROJECTED if PROJECTED in tables else STANDS
    needed = dict.fromkeys([first, *wanted])
    sums = _summed(pd.concat([tables[name].assign(scenario=name) for name in needed]), ["scenario", *keys])
    base = sums.loc[sums["scenario"] == first, "cost"].to_numpy()
    parts = [sums[sums["scenario"] == name] for name in wanted]
    # same groups in each, in the same order
    parts = [part.assign(change=part["cost"] - base) for part in parts]
    every = pd.concat(parts, ignore_index=True) if parts else sums.head(0).assign(change=0.0)
    every = every.assign(share=rate(every["cost"], every["known"]))
    for name in ("target_pay", "cost", "change"):
        every[name] = every[name] / 100
    return every.reindex(columns=[COLUMNS[0], *keys, *COLUMNS[1:]])


def _scenarios(book: Book, plan: CompPlan, period: Period) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each scenario's payouts."""
    found = results(book, plan, period.start, period.end)
    yield STANDS, paid(plan, found, period)
    if period.end > book.as_of:
        cases = expected(book, plan, period.start, period.end)
        for case, table in cases.items():
            yield case, paid(plan, table, period)
        found = cases[PROJECTED]
    for name, factor in (("all_down", 1 - STEP), ("all_up", 1 + STEP)):
        yield name, paid(plan, found.assign(actual=found["actual"] * factor), period)
    for number, metric in enumerate(plan.metrics):
        rest = 1 - metric.weight
        if rest <= SHIFT:
            continue
        others = (rest - SHIFT) / rest
        weights = [
            round(one.weight + SHIFT if n == number else one.weight * others, 12)
            for n, one in enumerate(plan.metrics)
        ]
        twice = sum(one.metric == metric.metric for one in plan.metrics) > 1
        name = f"{MORE}{metric.metric}" + (f"_{metric.scope}" if twice else "")
        yield name, paid(plan.weighted(*weights), found, period)


def _summed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Cents by group, and how the people of it are spread."""
    known = table["payout"].notna()
    pay = (table["target_pay"] * 100).round()
    rows = table.assign(
        target_pay=pay,
        known=pay.where(known, 0),
        cost=(table["payout"] * 100).round().fillna(0),
        missing=(~known).astype("int64"),
    )
    each = rows.groupby([*keys, *([] if "who" in keys else ["who"])], sort=False)[["cost", "known"]].sum()
    each["part"] = rate(each["cost"], each["known"])
    spread = each.groupby(level=keys, sort=False)["part"].agg(lowest="min", highest="max")
    amounts = rows.groupby(keys, sort=False)[["target_pay", "known", "cost", "missing"]].sum()
    on_plan = rows[rows["days"] > 0].groupby(keys, sort=False)["who"].nunique().rename("people")
    sums = (
        amounts.join(spread)
        .join(on_plan)
        .fillna({"people": 0})
        .astype({"people": "int64", "missing": "int64"})
    )
    return sums.reset_index()
