"""Cohort retention: what is left, by age, of the customers who came in the same month, quarter or year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import MONTHS, Day, Freq, bin_number, bin_of, first_day, last_day
from workahead.errors import ConfigError, did_you_mean
from workahead.metrics.positions import By, described, money, ordered, rate, summed

if TYPE_CHECKING:
    from workahead.book.book import Book

Measure = Literal["logos", "net", "gross"]
COLUMNS = ["cohort", "age", "size", "value", "rate", "complete"]
TOTAL_COLUMNS = ["age", "cohorts", "size", "value", "rate"]


def cohorts(book: Book, freq: Freq = "month", measure: Measure = "net", by: By = None) -> pd.DataFrame:
    """What is left of each cohort at each age that has happened.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | cohort | first day of the month (quarter, year: fiscal) at whose close its customers first had ARR |
    | age | periods since then |
    | size | the cohort's value at age 0 |
    | value | at that age: customers (logos), ARR (net), or per customer min(ARR now, ARR at age 0) (gross) |
    | rate | value / size |
    | complete | False where the period is still running at the as-of date |

    A cell that has not happened is absent, never zero. Raises UnknownName, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-01-10", "2025-01-20"], "end_date": ["2025-02-27", None]}))
    >>> cohorts(book)[["cohort", "age", "size", "value", "rate"]]
          cohort  age   size  value  rate
    0 2025-01-01    0  400.0  400.0  1.00
    1 2025-01-01    1  400.0  300.0  0.75
    2 2025-01-01    2  400.0  300.0  0.75
    """
    _check("freq", freq, tuple(MONTHS))
    _check("measure", measure, get_args(Measure))
    names, year = book.by(by), book.definitions.fiscal_year_start
    changes = summed(_changes(book, freq, measure, by), [*names, "born", "age"], ["change"])
    table = _grid(changes, names, bin_number(book.as_of, freq, year))
    if measure != "logos":
        table[["size", "value"]] = table[["size", "value"]].astype("float64") / 100
    ages = {number: first_day(number, freq, year) for number in table["born"].unique()}
    table["cohort"] = table["born"].map(ages).astype("datetime64[us]")
    now = bin_number(book.as_of, freq, year)
    running = book.as_of < last_day(now, freq, year)
    table["complete"] = (table["born"] + table["age"] < now) | (not running)
    table["rate"] = rate(table["value"], table["size"])
    return table[[*names, *COLUMNS]]


def cohort_total(book: Book, freq: Freq = "month", measure: Measure = "net", by: By = None) -> pd.DataFrame:
    """All cohorts together at each age, weighted by size, over the cohorts that have reached it.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | age | periods since the cohort's own |
    | cohorts | how many have completed that age |
    | size, value, rate | their sizes and values added up, and value / size |

    Arguments and errors as in :func:`cohorts`; periods still running are left out.
    """
    return added_up(cohorts(book, freq, measure, by), book.by(by))


def added_up(cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The table of :func:`cohort_total` from that of :func:`cohorts`."""
    reached = cells[cells["complete"]]
    grouped = reached.groupby([*names, "age"], as_index=False).agg(
        cohorts=("cohort", "size"), size=("size", "sum"), value=("value", "sum")
    )
    grouped["rate"] = rate(grouped["value"], grouped["size"])
    return ordered(grouped[[*names, *TOTAL_COLUMNS]], [*names, "age"])


def cohort_accounts(
    book: Book, age: int, cohort: Day | None = None, freq: Freq = "month", by: By = None
) -> pd.DataFrame:
    """The customers of a cell of :func:`cohorts`: what each had at age 0 and has at that age, largest change first.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | customer_id | the customer, as the book's grain has it |
    | cohort | first day of the period it came in |
    | first_arr | ARR at age 0: they add up to the cell's size |
    | arr | ARR at that age: to its net value; customers that have some are its logos |
    | kept_arr | the smaller of the two: to its gross value |
    | change | arr - first_arr |
    | account_id, name, segment, region, csm, tier | of the customer's account, where the book has them |

    ``cohort`` is any day of its period; without it, all cohorts that have completed that age, as in
    :func:`cohort_total`. Nobody, where that has not happened. Raises ConfigError, PeriodError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-01-10", "2025-01-20"], "end_date": ["2025-02-27", None]}))
    >>> cohort_accounts(book, 1, "2025-01-01")[["customer_id", "first_arr", "arr", "change"]]
      customer_id  first_arr    arr  change
    0           A      100.0    0.0  -100.0
    1           B      300.0  300.0     0.0
    """
    _check("freq", freq, tuple(MONTHS))
    names, year = book.by(by), book.definitions.fiscal_year_start
    now = bin_number(book.as_of, freq, year)
    rows = _with_born(book, freq, by)
    if cohort is None:
        done = now - (book.as_of < last_day(now, freq, year))
        rows = rows.filter(nw.col("born") <= done - age)
    else:
        rows = rows.filter(nw.col("born") == bin_number(cohort, freq, year), nw.col("born") <= now - age)
    since = bin_of(nw.col("month"), freq, year) - nw.col("born")
    until = bin_of(_month("next_date"), freq, year) - nw.col("born")
    rows = rows.filter(since <= age, nw.col("next_date").is_null() | (until > age))
    columns = dict.fromkeys([*names, "customer_id", "born", "first_arr", "arr_after", "account_id"])
    table = engines.pandas(rows.select(*columns)).rename(columns={"arr_after": "arr"})
    days = {number: first_day(number, freq, year) for number in table["born"].unique()}
    table["cohort"] = table["born"].map(days).astype("datetime64[us]")
    table["kept_arr"] = table[["arr", "first_arr"]].min(axis=1)
    table["change"] = table["arr"] - table["first_arr"]
    table["order"] = -table["change"].abs()
    table = table.sort_values(["order", "customer_id"], kind="stable")
    amounts = ["first_arr", "arr", "kept_arr", "change"]
    table[amounts] = table[amounts].apply(money)
    order = dict.fromkeys([*names, "customer_id", "cohort", *amounts, "account_id"])
    return described(table[[*order]].reset_index(drop=True), book)


def _check(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(
            f"unknown {what} {value!r}.{did_you_mean(value, known)} There are: {', '.join(known)}"
        )


def _changes(book: Book, freq: Freq, measure: Measure, by: By) -> engines.Frame:
    """The ledger's rows as changes of the measure: born (the cohort's number), age, change.

    Changes add up, so the few cells that come out are cumulated afterwards; what happened before the close of the
    cohort's own period belongs to age 0.
    """
    year = book.definitions.fiscal_year_start
    rows = _with_born(book, freq, by)
    before, after, first = nw.col("arr_before"), nw.col("arr_after"), nw.col("first_arr")
    if measure == "net":
        change = after - before
    elif measure == "gross":
        change = nw.min_horizontal(after, first) - nw.min_horizontal(before, first)
    else:
        change = (after > 0).cast(nw.Int64) - (before > 0).cast(nw.Int64)
    age = bin_of(nw.col("month"), freq, year) - nw.col("born")
    return rows.with_columns(change=change, age=nw.when(age > 0).then(age).otherwise(0))


def _with_born(book: Book, freq: Freq, by: By) -> engines.Frame:
    """The ledger's rows with the first period at whose close a customer has ARR (born), and that ARR (first_arr)."""
    rows, year = book.grouped_ledger(by), book.definitions.fiscal_year_start
    if freq == "month":
        return rows.with_columns(born="first_month").filter(nw.col("born") > 0)
    customer = list(dict.fromkeys(["customer_id", *book.by(by)]))
    period = bin_of(nw.col("month"), freq, year)
    following = bin_of(_month("next_date"), freq, year)
    closing = rows.filter((nw.col("arr_after") > 0) & (nw.col("next_date").is_null() | (following > period)))
    first = closing.group_by(*customer).agg(first_close=nw.col("date").min())
    firsts = closing.join(first, on=customer, how="inner").filter(nw.col("date") == nw.col("first_close"))
    firsts = firsts.select(*customer, born=period, first_arr="arr_after")
    return rows.drop("first_arr").join(firsts, on=customer, how="inner")


def _month(column: str) -> nw.Expr:
    return nw.col(column).dt.year() * 12 + nw.col(column).dt.month() - 1


def _grid(changes: pd.DataFrame, names: list[str], now: int) -> pd.DataFrame:
    """A row for each cohort and age up to now, with the changes cumulated: born, age, size, value."""
    changes = changes.astype({"born": "int64", "age": "int64"})
    groups = changes[[*names, "born"]].drop_duplicates(ignore_index=True)
    spans = (now - groups["born"] + 1).to_numpy()
    cells = groups.loc[groups.index.repeat(spans)].reset_index(drop=True)
    cells["age"] = (
        np.concatenate([np.arange(span) for span in spans]) if len(spans) else np.array([], dtype="int64")
    )
    cells = cells.merge(changes, on=[*names, "born", "age"], how="left")
    cells["change"] = cells["change"].fillna(0).astype("int64")
    cells = ordered(cells, [*names, "born", "age"])
    keys = [cells[name] for name in (*names, "born")]
    cells["value"] = cells["change"].groupby(keys, sort=False).cumsum()
    cells["size"] = cells["value"].groupby(keys, sort=False).transform("first")
    return cells
