"""What a book held on an earlier day: the same tables without what came later.

| table | what is left of it |
|---|---|
| subscriptions | signed by then (or begun, without such a day); their status is blank: it has no date |
| opportunities | created by then; those closed later, or on no known day, are open again, in the stage they stood in |
| stage_history, forecast_calls, activities, owners | entered, called, done, taken over by then |
| contacts | created by then (or on no known day); those who left later are still there |
| accounts, targets | as they are, without account plans updated later: CRMs keep no history of these |

What has no date is known on the book's own day alone. What an export overwrites can't be taken back: an amount, an
end date, a segment that was changed since reads as it does today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from workahead.book import engines
from workahead.book.book import Book
from workahead.book.periods import Day, closing

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from workahead.book.engines import Engine, Frame

UNKNOWN_STAGE = "(open)"
"""The stage of an opportunity that was open on a day of which no history tells."""


def known(book: Book, day: Day) -> Book:
    """The book as it was known at the close of a day, with the same definitions and filters.

    Raises PeriodError for a day after the book's as-of date.

    >>> import pandas as pd
    >>> book = Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "A"], "arr": [100.0, 120.0],
    ...     "start_date": ["2025-01-01", "2026-01-01"], "end_date": ["2025-12-31", "2026-12-31"],
    ...     "signed_date": ["2024-12-20", "2025-11-30"]}))
    >>> known(book, "2025-10-31")
    Book as of 2025-10-31: 1 subscriptions, 1 accounts (pandas)
    """
    moment = closing(book, day)
    earlier = _cut(book, moment)
    if book._base is not book:  # the same accounts and lines: a product may not have been sold by then
        earlier._base = _cut(book._base, moment)
    return earlier


def _cut(book: Book, moment: pd.Timestamp) -> Book:
    tables: dict[str, Any] = {}
    for name in book.tables:
        cut, frame = _CUTS.get(name), book.frame(name)
        tables[name] = (cut(book, frame, moment) if cut else frame).to_native()
    return book._like(tables, as_of=moment)


def _by(column: str, moment: pd.Timestamp, engine: Engine) -> nw.Expr:
    return nw.col(column) <= engines.day(moment, engine)


def _subscriptions(book: Book, frame: Frame, moment: pd.Timestamp) -> Frame:
    have = book.columns("subscriptions")
    since = nw.col("start_date")
    if "signed_date" in have:
        since = nw.coalesce(nw.col("signed_date"), since)
    frame = frame.filter(since <= engines.day(moment, book.engine))
    if "status" in have and moment < book.as_of:  # all of them: a blank one alone would tell of a later loss
        frame = frame.with_columns(status=nw.when(nw.col("status").is_null()).then(nw.col("status")))
    return frame


def _opportunities(book: Book, frame: Frame, moment: pd.Timestamp) -> Frame:
    have = book.columns("opportunities")
    frame = frame.filter(_by("created_date", moment, book.engine))
    closed = nw.lit(moment == book.as_of)
    if "close_date" in have:
        # not fill_null: pandas answers False, not missing, where there is no date
        undated = nw.col("close_date").is_null() & closed
        closed = undated | _by("close_date", moment, book.engine).fill_null(False)
    frame = frame.with_columns(__later=nw.col("is_closed") & ~closed)
    frame = _stood(book, frame, moment)
    blank = [name for name in ("close_date", "loss_reason", "forecast_category") if name in have]
    open_again = nw.col("__later")
    return frame.with_columns(
        is_closed=nw.col("is_closed") & ~open_again,
        is_won=nw.col("is_won") & ~open_again,
        stage=nw.when(open_again).then(nw.col("__stood")).otherwise(nw.col("stage")),
        **{name: nw.when(~open_again).then(nw.col(name)) for name in blank},
    ).select(*have)


def _stood(book: Book, frame: Frame, moment: pd.Timestamp) -> Frame:
    """With the stage that each opportunity last entered by then."""
    if "stage_history" not in book.tables:
        return frame.with_columns(__stood=nw.lit(UNKNOWN_STAGE))
    entered = book.frame("stage_history").filter(_by("entered_date", moment, book.engine))
    last = entered.group_by("opportunity_id").agg(entered_date=nw.col("entered_date").max())
    stood = (
        entered.join(last, on=["opportunity_id", "entered_date"], how="semi")
        .group_by("opportunity_id")
        .agg(__stood=nw.col("stage").max())  # of two on one day the later by name: S3 after S2
    )
    frame = frame.join(stood, on="opportunity_id", how="left")
    return frame.with_columns(__stood=nw.col("__stood").fill_null(UNKNOWN_STAGE))


def _contacts(book: Book, frame: Frame, moment: pd.Timestamp) -> Frame:
    have = book.columns("contacts")
    if "created_date" in have:
        frame = frame.filter(nw.col("created_date").is_null() | _by("created_date", moment, book.engine))
    return _not_yet(frame, "left_date", moment, book.engine) if "left_date" in have else frame


def _accounts(book: Book, frame: Frame, moment: pd.Timestamp) -> Frame:
    if "plan_updated_date" not in book.columns("accounts"):
        return frame
    return _not_yet(frame, "plan_updated_date", moment, book.engine)


def _not_yet(frame: Frame, column: str, moment: pd.Timestamp, engine: Engine) -> Frame:
    return frame.with_columns(
        nw.when(_by(column, moment, engine)).then(nw.col(column)).alias(column),
    )


def _dated(column: str) -> Callable[[Book, Frame, pd.Timestamp], Frame]:
    return lambda book, frame, moment: frame.filter(_by(column, moment, book.engine))


_CUTS: dict[str, Callable[[Book, Frame, pd.Timestamp], Frame]] = {
    "accounts": _accounts,
    "subscriptions": _subscriptions,
    "opportunities": _opportunities,
    "stage_history": _dated("entered_date"),
    "owners": _dated("from_date"),
    "forecast_calls": _dated("called_on"),
    "activities": _dated("date"),
    "contacts": _contacts,
}
