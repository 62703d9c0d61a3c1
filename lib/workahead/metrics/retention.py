"""GRR, NRR and logo retention over a window, on the three bases that the field uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import narwhals as nw
import pandas as pd

from workahead.book.periods import Day, closing, month_ends, shift_months
from workahead.errors import ConfigError, did_you_mean
from workahead.metrics.movements import movements
from workahead.metrics.positions import By, complete, money, ordered, rate, standing, summed

if TYPE_CHECKING:
    from workahead.book.book import Book

Basis = Literal["cohort", "bridge", "aggregate"]
AMOUNTS = ["starting_arr", "retained_gross_arr", "retained_net_arr"]
CUSTOMERS = ["starting_customers", "retained_customers"]
COLUMNS = ["period_start", "period_end", *AMOUNTS, "grr", "nrr", *CUSTOMERS, "logo_retention"]


def retention(
    book: Book, end: Day | None = None, months: int = 12, by: By = None, basis: Basis = "cohort"
) -> pd.DataFrame:
    """Gross and net revenue retention and logo retention over the ``months`` up to ``end`` (default: as-of date).

    | column | meaning |
    |---|---|
    | *by* | the group |
    | period_start, period_end | the two closing days |
    | starting_arr, starting_customers | ARR and customers at the first |
    | retained_gross_arr, retained_net_arr | what is left of that ARR, without and with growth |
    | grr, nrr | those as fractions of starting_arr; missing where that is zero |
    | retained_customers, logo_retention | customers of then that still have ARR, and their share |

    basis ``cohort``: of the customers of then, the sum of min(now, then) for GRR, of now for NRR. ``bridge``:
    (start - contraction - churn) / start, plus expansion for NRR, from the monthly movements of all customers, from
    month-end to month-end. ``aggregate``: as cohort, but GRR is min(total now, total then) / total then, where one
    customer's growth hides another's loss. Raises PeriodError, UnknownName, ConfigError.

    >>> book = Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": ["A", "B", "A"], "arr": [100.0, 100.0, 30.0],
    ...     "start_date": ["2024-01-01", "2024-01-01", "2025-07-01"], "end_date": [None, "2025-06-30", None]}))
    >>> retention(book)[["starting_arr", "grr", "nrr", "logo_retention"]]
       starting_arr  grr   nrr  logo_retention
    0         200.0  0.5  0.65             0.5
    """
    _check(months, basis)
    last = closing(book, end)
    return _finished(_window(book, last, months, by, basis), book.by(by))


def retention_trend(
    book: Book, months: int = 12, periods: int = 24, by: By = None, basis: Basis = "cohort"
) -> pd.DataFrame:
    """:func:`retention` at each of the last ``periods`` month-ends up to the as-of date, oldest first in each group.

    Columns as in :func:`retention`; a window that begins before the first customer has no rates.
    """
    _check(months, basis)
    names = book.by(by)
    parts = [_window(book, last, months, by, basis) for last in month_ends(book.as_of, periods)]
    table = pd.concat(parts, ignore_index=True)
    return _finished(ordered(table, [*names, "period_end"]), names)


def _check(months: int, basis: str) -> None:
    if basis not in get_args(Basis):
        known = get_args(Basis)
        raise ConfigError(
            f"unknown basis {basis!r}.{did_you_mean(basis, known)} There are: {', '.join(known)}"
        )
    if months < 1:
        raise ConfigError(f"months must be at least 1, not {months}")


def _window(book: Book, last: pd.Timestamp, months: int, by: By, basis: Basis) -> pd.DataFrame:
    """The amounts (cents) and customers of one window."""
    first = shift_months(last, -months)
    names = book.by(by)
    table = (
        _flows(book, first, last, by, names) if basis == "bridge" else _cohort(book, first, last, by, names)
    )
    if basis == "aggregate":
        table["retained_gross_arr"] = table[["starting_arr", "retained_net_arr"]].min(axis=1)
    days = pd.DataFrame({"period_start": [first], "period_end": [last]}, dtype="datetime64[us]")
    return complete(table, book, by).merge(days, how="cross")


def _cohort(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By, names: list[str]) -> pd.DataFrame:
    each, _ = standing(book, first, last, by)
    start, end, zero = nw.col("starting"), nw.col("ending"), nw.lit(0, dtype=nw.Int64)
    kept = start > 0
    measured = each.with_columns(
        starting_arr=start,
        retained_gross_arr=nw.when(kept & (end > start)).then(start).when(kept).then(end).otherwise(zero),
        retained_net_arr=nw.when(kept).then(end).otherwise(zero),
        starting_customers=nw.when(kept).then(1).otherwise(0),
        retained_customers=nw.when(kept & (end > 0)).then(1).otherwise(0),
    )
    return summed(measured, names, [*AMOUNTS, *CUSTOMERS])


def _flows(book: Book, first: pd.Timestamp, last: pd.Timestamp, by: By, names: list[str]) -> pd.DataFrame:
    """Summed monthly movements: they count what customers of any age gained and lost."""
    monthly = movements(book, first, last, freq="month", by=by)
    amounts = ["starting", "expansion", "contraction", "churn"]
    monthly[amounts] = (monthly[amounts] * 100).round().astype("int64")
    each, _ = standing(book, first, last, by)
    counted = each.with_columns(
        starting_arr=nw.col("starting"),
        starting_customers=nw.when(nw.col("starting") > 0).then(1).otherwise(0),
    )
    table = summed(counted, names, ["starting_arr", "starting_customers"])
    flows = ["expansion", "contraction", "churn", "churned_customers"]
    if names:
        table = table.merge(monthly.groupby(names, as_index=False)[flows].sum(), on=names, how="left")
    else:
        table = table.assign(**{flow: int(monthly[flow].sum()) for flow in flows})
    gross = table["starting_arr"] - table["contraction"] - table["churn"]
    return table.assign(
        retained_gross_arr=gross,
        retained_net_arr=gross + table["expansion"],
        retained_customers=table["starting_customers"] - table["churned_customers"],
    )[[*names, *AMOUNTS, *CUSTOMERS]]


def _finished(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Cents as money, with the rates."""
    table = table.assign(
        grr=rate(table["retained_gross_arr"], table["starting_arr"]),
        nrr=rate(table["retained_net_arr"], table["starting_arr"]),
        logo_retention=rate(table["retained_customers"], table["starting_customers"]),
    )
    for column in AMOUNTS:
        table[column] = money(table[column])
    return table[[*names, *COLUMNS]].reset_index(drop=True)
