"""What moved ARR between two closing days: the ARR bridge, and the customers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, Freq, bin_number, bin_of, last_day, window
from workahead.metrics.positions import OF_ACCOUNT, By, complete, described, live, money, standing, summed

if TYPE_CHECKING:
    from workahead.book.book import Book

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
COUNTS = (
    "new_customers",
    "reactivated_customers",
    "expanded_customers",
    "contracted_customers",
    "churned_customers",
)
COLUMNS = ["period_start", "period_end", "starting", *KINDS, "ending", *COUNTS]


def movements(book: Book, start: Day, end: Day, freq: Freq | None = None, by: By = None) -> pd.DataFrame:
    """The ARR bridge between the close of ``start`` and the close of ``end``, whole or cut into periods.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | period_start, period_end | closing days: the bridge leads from the one to the other |
    | starting, ending | ARR at those days |
    | new | ARR from zero, never a customer before |
    | reactivation | ARR from zero, had been a customer before |
    | expansion, contraction | more, less, of customers with ARR at both days |
    | churn | ARR of customers that have none left |
    | new_customers ... churned_customers | how many customers each movement stands for |

    ``starting + new + reactivation + expansion - contraction - churn = ending``, to the cent; all are positive. Without
    ``freq`` the bridge is point to point: a customer who drops and regrows in between does not show. With
    ``freq="month"`` (quarter, year: fiscal) there is a row a period, and their sum shows both. By a column of
    subscriptions (product), each of its values is bridged as if there were no other. Raises PeriodError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [1200.0, 1500.0],
    ...     "start_date": ["2024-01-01", "2025-01-01"], "end_date": ["2024-12-31", "2025-12-31"]}))
    >>> movements(book, "2024-12-31", "2025-12-31")[["starting", "expansion", "churn", "ending"]]
       starting  expansion  churn  ending
    0    1200.0      300.0    0.0  1500.0
    """
    first, last = window(book, start, end)
    names = book.by(by)
    spans = periods(book, first, last, freq)
    table = complete(_moved(book, first, last, freq, by, names), book, by, spans)
    opening = _opening(book, first, by)["starting"]  # a row a group, in the same order
    net = table["new"] + table["reactivation"] + table["expansion"] - table["contraction"] - table["churn"]
    flow = net.to_numpy().reshape(len(opening), len(spans)).cumsum(axis=1)
    table["ending"] = (opening.to_numpy()[:, None] + flow).ravel()
    table["starting"] = table["ending"] - net
    for column in ("starting", *KINDS, "ending"):
        table[column] = money(table[column])
    return table[[*names, *COLUMNS]]


def periods(book: Book, first: pd.Timestamp, last: pd.Timestamp, freq: Freq | None) -> pd.DataFrame:
    """bin, period_start, period_end of the periods between two closing days; the outer ones may be cut."""
    if freq is None:
        return pd.DataFrame({"bin": [0], "period_start": [first], "period_end": [last]}).astype(
            {"bin": "int64"}
        )
    year = book.definitions.fiscal_year_start
    numbers = range(bin_number(first + pd.Timedelta(days=1), freq, year), bin_number(last, freq, year) + 1)
    return pd.DataFrame(
        {
            "bin": list(numbers),
            "period_start": [max(first, last_day(n - 1, freq, year)) for n in numbers],
            "period_end": [min(last, last_day(n, freq, year)) for n in numbers],
        }
    ).astype({"bin": "int64", "period_start": "datetime64[us]", "period_end": "datetime64[us]"})


def _opening(book: Book, first: pd.Timestamp, by: By) -> pd.DataFrame:
    """Each group's ARR (cents) at the close of the first day."""
    rows = book.grouped_ledger(by).filter(live(first, book) & (nw.col("arr_after") > 0))
    return complete(summed(rows.with_columns(starting="arr_after"), book.by(by), ["starting"]), book, by)


def _moved(
    book: Book, first: pd.Timestamp, last: pd.Timestamp, freq: Freq | None, by: By, names: list[str]
) -> pd.DataFrame:
    """Each group's movements (cents) and their customers, by period.

    Of a customer's changes in a period only the first and the last matter: the ARR before the one and after the other.
    """
    begin, engine = engines.day(first, book.engine), book.engine
    rows = book.grouped_ledger(by).filter(
        (nw.col("date") > begin) & (nw.col("date") <= engines.day(last, engine))
    )
    year = book.definitions.fiscal_year_start
    if freq is None:
        rows = rows.with_columns(bin=nw.lit(0, dtype=nw.Int64))
        is_first = nw.col("previous_date").is_null() | (nw.col("previous_date") <= begin)
        is_last = nw.col("next_date").is_null() | (nw.col("next_date") > engines.day(last, engine))
        begins = nw.col("life_start") > begin
    else:
        month = {name: nw.col(name).dt.year() * 12 + nw.col(name).dt.month() - 1 for name in
                 ("previous_date", "next_date", "life_start")}  # fmt: skip
        rows = rows.with_columns(bin=bin_of(nw.col("month"), freq, year).cast(nw.Int64))
        is_first = (
            nw.col("previous_date").is_null()
            | (nw.col("previous_date") <= begin)
            | (bin_of(month["previous_date"], freq, year) < nw.col("bin"))
        )
        is_last = (
            nw.col("next_date").is_null()
            | (nw.col("next_date") > engines.day(last, engine))
            | (bin_of(month["next_date"], freq, year) > nw.col("bin"))
        )
        begins = (nw.col("life_start") > begin) & (bin_of(month["life_start"], freq, year) == nw.col("bin"))
    zero = nw.lit(0, dtype=nw.Int64)
    customer = list(dict.fromkeys(["customer_id", *names]))
    each = (
        rows.with_columns(
            starting=nw.when(is_first).then(nw.col("arr_before")).otherwise(zero),
            ending=nw.when(is_last).then(nw.col("arr_after")).otherwise(zero),
            is_new=nw.when(is_last & begins).then(1).otherwise(0),
        )
        .group_by(*customer, "bin")
        .agg(nw.col("starting").sum(), nw.col("ending").sum(), nw.col("is_new").max())
    )
    return summed(classified(each), [*names, "bin"], [*KINDS, *COUNTS])


def classified(each: engines.Frame) -> engines.Frame:
    """Customers with starting, ending and is_new become the five movements (cents) and five marks (0 or 1)."""
    start, end = nw.col("starting"), nw.col("ending")
    rules = {
        "new": ((start == 0) & (end > 0) & (nw.col("is_new") == 1), end),
        "reactivation": ((start == 0) & (end > 0) & (nw.col("is_new") == 0), end),
        "expansion": ((start > 0) & (end > start), end - start),
        "contraction": ((end > 0) & (end < start), start - end),
        "churn": ((start > 0) & (end == 0), start),
    }
    zero = nw.lit(0, dtype=nw.Int64)
    amounts = {kind: nw.when(rule).then(value).otherwise(zero) for kind, (rule, value) in rules.items()}
    marks = {
        count: nw.when(rule).then(1).otherwise(0)
        for count, (rule, _) in zip(COUNTS, rules.values(), strict=True)
    }
    return each.with_columns(**amounts, **marks)


def movement_detail(book: Book, start: Day, end: Day) -> pd.DataFrame:
    """The customers whose ARR differs between two closing days, largest change first.

    | column | meaning |
    |---|---|
    | customer_id | the customer, as the book's grain has it |
    | movement | new, reactivation, expansion, contraction or churn |
    | starting, ending, change | ARR at the two days, and the difference with its sign |
    | account_id, name, segment, region, csm, tier | of the customer's account, where the book has them |

    By movement, the changes add up to :func:`movements` without ``freq``. Raises PeriodError.
    """
    first, last = window(book, start, end)
    each = standing(book, [(first, last)], None)
    is_new = nw.when(nw.col("life_start") > engines.day(first, book.engine)).then(1).otherwise(0)
    moved = engines.pandas(
        classified(each.filter(nw.col("starting") != nw.col("ending")).with_columns(is_new=is_new)).select(
            "customer_id", "account_id", "starting", "ending", *KINDS
        )
    )
    moved["movement"] = moved[list(KINDS)].idxmax(axis=1) if len(moved) else pd.Series(dtype="str")
    moved["change"] = moved["ending"] - moved["starting"]
    moved = described(moved, book)
    moved = moved.assign(size=moved["change"].abs()).sort_values(
        ["size", "customer_id"], ascending=[False, True], ignore_index=True
    )
    for column in ("starting", "ending", "change"):
        moved[column] = money(moved[column])
    known = [name for name in OF_ACCOUNT if name in moved]
    return moved[["customer_id", "movement", "starting", "ending", "change", "account_id", *known]]
