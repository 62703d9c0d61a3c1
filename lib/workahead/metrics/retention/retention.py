"""GRR, NRR and logo retention over a window, on the three bases that the field uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, closing, month_ends, shift_months
from workahead.errors import ConfigError, did_you_mean
from workahead.metrics.positions import By, Window, complete, live, money, rate, standing, summed
from workahead.metrics.retention.movements import movements

if TYPE_CHECKING:
    from workahead.book.book import Book

Basis = Literal["cohort", "bridge", "aggregate"]
AMOUNTS = ["starting_arr", "retained_gross_arr", "retained_net_arr"]
CUSTOMERS = ["starting_customers", "retained_customers"]
ROWS_AT_ONCE = 20_000_000
"""Windows are measured together while their ledger rows stay below this."""
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

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": ["A", "B", "A"], "arr": [100.0, 100.0, 30.0],
    ...     "start_date": ["2024-01-01", "2024-01-01", "2025-07-01"], "end_date": [None, "2025-06-30", None]}))
    >>> retention(book)[["starting_arr", "grr", "nrr", "logo_retention"]]
       starting_arr  grr   nrr  logo_retention
    0         200.0  0.5  0.65             0.5
    """
    _check(months, basis)
    last = closing(book, end)
    return retained(book, [(shift_months(last, -months), last)], by, basis)


def retention_trend(
    book: Book,
    months: int = 12,
    periods: int = 24,
    by: By = None,
    basis: Basis = "cohort",
    end: Day | None = None,
) -> pd.DataFrame:
    """:func:`retention` at each of the last ``periods`` month-ends up to ``end`` (default: as-of date), oldest first.

    Columns as in :func:`retention`; a window that begins before the first customer has no rates.
    """
    _check(months, basis)
    ends = month_ends(closing(book, end), periods)
    windows = [(shift_months(last, -months), last) for last in ends]
    return retained(book, windows, by, basis)


def _check(months: int, basis: str) -> None:
    if basis not in get_args(Basis):
        known = get_args(Basis)
        raise ConfigError(
            f"unknown basis {basis!r}.{did_you_mean(basis, known)} There are: {', '.join(known)}"
        )
    if months < 1:
        raise ConfigError(f"months must be at least 1, not {months}")


def retained(book: Book, windows: list[Window], by: By, basis: Basis) -> pd.DataFrame:
    """Every group in every window: the columns of :func:`retention`."""
    names = book.by(by)
    table = _flows(book, windows, by) if basis == "bridge" else _cohort(book, windows, by)
    if basis == "aggregate":
        table["retained_gross_arr"] = table[["starting_arr", "retained_net_arr"]].min(axis=1)
    starts, ends = zip(*windows, strict=True)
    days = pd.DataFrame({"window": range(len(windows)), "period_start": starts, "period_end": ends})
    days = days.astype({"period_start": "datetime64[us]", "period_end": "datetime64[us]"})
    table = complete(table, book, by, days)
    table = table.assign(
        grr=rate(table["retained_gross_arr"], table["starting_arr"]),
        nrr=rate(table["retained_net_arr"], table["starting_arr"]),
        logo_retention=rate(table["retained_customers"], table["starting_customers"]),
    )
    for column in AMOUNTS:
        table[column] = money(table[column])
    return table[[*names, *COLUMNS]]


def _cohort(book: Book, windows: list[Window], by: By) -> pd.DataFrame:
    """The amounts (cents) and customers of the customers of then: some windows at a time, as many as memory likes."""
    rows = int(engines.pandas(book.ledger().select(rows=nw.len()))["rows"].iloc[0])
    at_once = max(1, ROWS_AT_ONCE // max(rows, 1))
    start, end, zero = nw.col("starting"), nw.col("ending"), nw.lit(0, dtype=nw.Int64)
    kept = start > 0
    parts = []
    for begin in range(0, len(windows), at_once):
        measured = standing(book, windows[begin : begin + at_once], by).with_columns(
            window=nw.col("window") + begin,
            starting_arr=start,
            retained_gross_arr=nw.when(kept & (end > start)).then(start).when(kept).then(end).otherwise(zero),
            retained_net_arr=nw.when(kept).then(end).otherwise(zero),
            starting_customers=nw.when(kept).then(1).otherwise(0),
            retained_customers=nw.when(kept & (end > 0)).then(1).otherwise(0),
        )
        parts.append(summed(measured, [*book.by(by), "window"], [*AMOUNTS, *CUSTOMERS]))
    return pd.concat(parts, ignore_index=True)


def _flows(book: Book, windows: list[Window], by: By) -> pd.DataFrame:
    """Summed monthly movements: they count what customers of any age gained and lost."""
    names = book.by(by)
    first, last = windows[0][0], windows[-1][1]
    monthly = movements(book, first, last, freq="month", by=by)
    if monthly.empty:
        return pd.DataFrame(columns=[*names, "window", *AMOUNTS, *CUSTOMERS])
    money_columns = ["starting", "expansion", "contraction", "churn"]
    monthly[money_columns] = (monthly[money_columns] * 100).round().astype("int64")
    came = monthly["new_customers"] + monthly["reactivated_customers"] - monthly["churned_customers"]
    opening = complete(_customers(book, first, by), book, by)["starting_customers"].to_numpy()
    months = monthly["period_end"].nunique()
    before = came.to_numpy().reshape(-1, months).cumsum(axis=1) + opening[:, None]
    monthly["starting_customers"] = before.ravel() - came
    parts = []
    for number, (start, end) in enumerate(windows):
        inside = monthly[(monthly["period_start"] >= start) & (monthly["period_end"] <= end)]
        grouped = inside.assign(all="").groupby(names or "all", sort=False)
        flows = grouped[["expansion", "contraction", "churn", "churned_customers"]].sum()
        opened = grouped[["starting", "starting_customers"]].first()
        parts.append(flows.join(opened).reset_index().assign(window=number))
    table = pd.concat(parts, ignore_index=True)
    gross = table["starting"] - table["contraction"] - table["churn"]
    return table.assign(
        starting_arr=table["starting"],
        retained_gross_arr=gross,
        retained_net_arr=gross + table["expansion"],
        retained_customers=table["starting_customers"] - table["churned_customers"],
    )[[*names, "window", *AMOUNTS, *CUSTOMERS]]


def _customers(book: Book, at: pd.Timestamp, by: By) -> pd.DataFrame:
    """Each group's customers at the close of a day."""
    rows = book.grouped_ledger(by).filter(live(at, book) & (nw.col("arr_after") > 0))
    return summed(rows.with_columns(starting_customers=nw.lit(1)), book.by(by), ["starting_customers"])
