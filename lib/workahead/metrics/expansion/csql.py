"""CSQLs: opportunities that customer success found and qualified, from creation over acceptance to the close."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.book.periods import Day, Freq, shift_months, window
from workahead.book.tables import QUALIFICATION
from workahead.errors import ConfigError
from workahead.metrics.accuracy.call_calibration import effective, wilson
from workahead.metrics.expansion.holding import PEOPLE, everybody, held_base, holder, owner_history
from workahead.metrics.expansion.opportunities import opportunities, with_acceptance
from workahead.metrics.goals import SCOPES, target_between
from workahead.metrics.positions import By, money, ordered, rate
from workahead.metrics.renewals.rate import added
from workahead.metrics.renewals.upcoming import with_columns
from workahead.metrics.retention.movements import periods

if TYPE_CHECKING:
    from workahead.book.book import Book

METRIC = "csql_arr"
_COUNTS = ["created", "accepted", "won", "lost", "rejected", "open", "unknown"]
_AMOUNTS = ["created_arr", "accepted_arr", "won_arr", "lost_arr"]
COLUMNS = [
    "created", "created_arr", "accepted", "accepted_arr", "acceptance_rate", "won", "won_arr", "lost", "close_rate",
    "new_business_close_rate", "times_new_business", "pipeline_share", "qualified_share", "goal_arr", "attainment",
    "rejected", "open", "unknown", "low", "high", "new_business_low", "new_business_high", "close_rate_arr",
    "new_business_close_rate_arr", "starting_arr", "days_to_accept", "days_to_close", "low_arr", "high_arr",
    "new_business_low_arr", "new_business_high_arr",
]  # fmt: skip


def csql_funnel(
    book: Book,
    start: Day,
    end: Day,
    by: By = None,
    freq: Freq | None = None,
    goal: float | None = None,
    owners: pd.DataFrame | None = None,
    interval: float = 0.8,
) -> pd.DataFrame:
    """What became of the CSQLs created after ``start``, up to ``end``, beside new business created then.

    | column | meaning |
    |---|---|
    | *by* | the group: what the account says today |
    | period_start, period_end | with ``freq`` (month, quarter, year: fiscal): closing days, by creation |
    | created, created_arr | CSQLs (source *csql*), and their amounts |
    | accepted, accepted_arr, acceptance_rate | of them, won or ever in the accepted stage; share by count |
    | won, won_arr, lost, close_rate | of the accepted: won, lost, and won / (won + lost) by count |
    | new_business_close_rate, times_new_business | the same of type *new*; close_rate as a multiple of it |
    | pipeline_share | accepted_arr / starting_arr |
    | qualified_share | share of created with every part of the qualification filled |
    | goal_arr, attainment | what was to be accepted (see below), and accepted_arr / goal_arr |
    | rejected, open, unknown | lost before acceptance; not closed yet; of the rejected, those without stage history |
    | low, high, new_business_low, new_business_high | Wilson's range of each close rate at the ``interval`` |
    | close_rate_arr, new_business_close_rate_arr | the close rates by amount |
    | low_arr, high_arr, new_business_low_arr, new_business_high_arr | their ranges, with the effective number |
    | starting_arr | ARR at ``start`` |
    | days_to_accept, days_to_close | medians: created to accepted, created to won |

    The goal is the targets' ``csql_arr``, by days; or with ``goal`` (0.15 is 15% a year) that share of starting ARR,
    by days. ``owners`` (account_id, csm, from_date: first day held) says who held an account when: a CSQL is then of
    who held it at creation, and ARR counts for each CSM by the days held. Left out, it is the book's table of that
    name; without that, all is of who has the account today. By csm
    or account_manager, and in a book filtered by them, new business is the whole book's: only who buys is given a
    CSM. Where no lost CSQL has a stage history, close_rate is missing: it could only be 100%. Raises MissingTable,
    PeriodError, ConfigError, UnknownName.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2026-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1"], "account_id": ["A"], "start_date": ["2025-01-01"], "arr": [1000.0]}),
    ...     opportunities=pd.DataFrame({"opportunity_id": ["O1", "O2"], "account_id": ["A", "A"], "source": "csql",
    ...         "stage": ["Won", "S1"], "amount": [150.0, 80.0], "created_date": "2026-01-10",
    ...         "is_closed": [True, False], "is_won": [True, False]}))
    >>> csql_funnel(book, "2025-12-31", "2026-03-31")[["created", "accepted", "close_rate", "pipeline_share"]]
       created  accepted  close_rate  pipeline_share
    0        2         1         1.0            0.15
    """
    first, last = window(book, start, end)
    if goal is not None and not 0 <= goal < math.inf:
        raise ConfigError(f"goal={goal!r}: write the share of the book a year as a fraction, 0.15 for 15%")
    if not 0 < interval < 1:
        raise ConfigError(f"interval is the share of cases that it covers, between 0 and 1, not {interval}")
    names = book.by(by)
    spans = periods(book, first, last, freq)
    owners = owner_history(book) if owners is None else owners
    found = csqls(book, first, last, names)
    if owners is not None and "csm" in names:
        found["csm"] = holder(found, owners)
    others = new_business(book, [name for name in names if name not in PEOPLE])
    parts = []
    for number, (since, until) in enumerate(zip(spans["period_start"], spans["period_end"], strict=True)):
        table = _funnel(book, since, until, by, (found, others), goal, owners, interval)
        parts.append(table.assign(period_start=since, period_end=until, number=number))
    table = ordered(pd.concat(parts, ignore_index=True), [*names, "number"])
    days = [] if freq is None else ["period_start", "period_end"]
    return table.astype(dict.fromkeys(days, "datetime64[us]"))[[*names, *days, *COLUMNS]]


def csqls(book: Book, start: pd.Timestamp, end: pd.Timestamp, names: list[str]) -> pd.DataFrame:
    """The CSQLs created between two closing days, with what became of each; none where sources are not told."""
    said = "source" in book.columns("opportunities")
    after, upto = (engines.day(moment, book.engine) for moment in (start, end))
    inside = (nw.col("created_date") > after) & (nw.col("created_date") <= upto)
    return _fates(book, names, inside & ((nw.col("source") == "csql") if said else nw.lit(False)))


def new_business(book: Book, names: list[str]) -> pd.DataFrame:
    """The same of new business of all times, whoever has the accounts that bought: only who buys is given a CSM."""
    whole = everybody(book)
    if set(names) <= {*book.columns("accounts")}:
        return with_columns(_every_new_business(whole), whole, names)
    return _new_business(whole, names)


@once
def _every_new_business(book: Book) -> pd.DataFrame:
    """Of nothing but the book: pages of many people have it in common."""
    return _new_business(book, [])


def _new_business(book: Book, names: list[str]) -> pd.DataFrame:
    said = "type" in book.columns("opportunities")
    none = nw.col("opportunity_id").is_null()  # a literal alone is no filter
    return _fates(book, names, (nw.col("type") == "new") if said else none)


def _fates(book: Book, names: list[str], only: nw.Expr) -> pd.DataFrame:
    """The opportunities that fit ``only``, each with what became of it."""
    table = with_acceptance(book, opportunities(book, names, only))
    filled = [name for name in table.columns if name.startswith(QUALIFICATION)]
    lost = table["is_closed"] & ~table["is_won"]
    flags = {
        "created": pd.Series(True, index=table.index),
        "won": table["is_won"],
        "lost": lost & table["accepted"],
        "rejected": lost & ~table["accepted"],
        "open": ~table["is_closed"] & ~table["is_won"],
        "qualified": table[filled].notna().all(axis=1) if filled else pd.Series(False, index=table.index),
    }
    table = table.assign(**flags)
    for name in ("created", "accepted", "won", "lost"):
        table[f"{name}_arr"] = table["cents"].where(table[name], 0)
    decided = (table["cents"].astype("float64") ** 2).where(table["won"] | table["lost"], 0)
    return table.assign(
        square=decided,
        to_accept=(table["accepted_on"] - table["created_date"]).dt.days,
        to_close=(table["close_date"] - table["created_date"]).dt.days.where(table["is_won"]),
    )


def _funnel(
    book: Book,
    start: pd.Timestamp,
    end: pd.Timestamp,
    by: By,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    goal: float | None,
    owners: pd.DataFrame | None,
    interval: float,
) -> pd.DataFrame:
    """The funnel of one period."""
    names = book.by(by)
    found, others = (
        table[(table["created_date"] > start) & (table["created_date"] <= end)] for table in tables
    )
    counted = [*_COUNTS, "qualified", *_AMOUNTS]
    sums = added(found.astype(dict.fromkeys(counted, "int64")), book, by, [*counted, "square"])
    if names:
        medians = found.groupby(names, as_index=False)[["to_accept", "to_close"]].median()
        sums = sums.merge(medians, on=names, how="left")
    else:
        sums = sums.assign(to_accept=found["to_accept"].median(), to_close=found["to_close"].median())
    sums["base"] = _looked_up(sums, names, held_base(book, start, end, by, owners))
    sums = _beside(sums, others, [name for name in names if name not in PEOPLE])
    untold = (sums["unknown"] > 0) & (sums["lost"] == 0)
    closed = (sums["won"] + sums["lost"]).mask(untold, 0)
    closed_arr = (sums["won_arr"] + sums["lost_arr"]).mask(untold, 0)
    table = sums.assign(
        acceptance_rate=rate(sums["accepted"], sums["created"]),
        close_rate=rate(sums["won"], closed),
        close_rate_arr=rate(sums["won_arr"], closed_arr),
        new_business_close_rate=rate(sums["nb_won"], sums["nb_closed"]),
        new_business_close_rate_arr=rate(sums["nb_won_arr"], sums["nb_closed_arr"]),
        pipeline_share=rate(sums["accepted_arr"], sums["base"]),
        qualified_share=rate(sums["qualified"], sums["created"]),
        goal_arr=_goals(book, sums, names, start, end, goal),
        starting_arr=money(sums["base"]),
        days_to_accept=sums["to_accept"],
        days_to_close=sums["to_close"],
    )
    if not any(name.startswith(QUALIFICATION) for name in found.columns):
        table["qualified_share"] = math.nan
    table["times_new_business"] = rate(table["close_rate"], table["new_business_close_rate"])
    table["attainment"] = rate(money(sums["accepted_arr"]), table["goal_arr"])
    for low, high, share, cases in (
        ("low", "high", "close_rate", closed),
        ("new_business_low", "new_business_high", "new_business_close_rate", sums["nb_closed"]),
        ("low_arr", "high_arr", "close_rate_arr", effective(closed_arr, sums["square"])),
        (
            "new_business_low_arr", "new_business_high_arr", "new_business_close_rate_arr",
            effective(sums["nb_closed_arr"], sums["nb_square"]),
        ),
    ):  # fmt: skip
        bounds = [bounded(p, n, interval) for p, n in zip(table[share], cases, strict=True)]
        table[low], table[high] = [b[0] for b in bounds], [b[1] for b in bounds]
    table[_AMOUNTS] = table[_AMOUNTS].apply(money)
    ranges = [name for name in COLUMNS if "low" in name or "high" in name]
    measured = [*ranges, "days_to_accept", "days_to_close"]
    return table[[*names, *COLUMNS]].astype(dict.fromkeys(measured, "float64"))


def bounded(share: float, cases: float, interval: float) -> tuple[float, float]:
    """Wilson's range of a share; none where there is no case."""
    return wilson(share, cases, interval) if cases and not math.isnan(share) else (math.nan, math.nan)


def _looked_up(sums: pd.DataFrame, names: list[str], amounts: pd.DataFrame) -> pd.Series:
    """The cents of each row's group, zero where it has none."""
    if not names:
        return pd.Series(int(amounts["base"].sum()), index=sums.index)
    return sums[names].merge(amounts, on=names, how="left")["base"].fillna(0).astype("int64")


def _beside(sums: pd.DataFrame, others: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """With the new business of each group: nb_won, nb_closed and their cents."""
    table = pd.DataFrame(
        {
            "nb_won": others["won"].astype("int64"),
            "nb_closed": (others["won"] | others["lost"]).astype("int64"),
            "nb_won_arr": others["won_arr"],
            "nb_closed_arr": others["won_arr"] + others["lost_arr"],
            "nb_square": others["square"],
        }
    )
    if not names:
        return sums.assign(**{str(name): total for name, total in table.sum().items()})
    each = table.groupby([others[name] for name in names]).sum().reset_index()
    return sums.merge(each, on=names, how="left").fillna(dict.fromkeys(table.columns, 0))


def _goals(
    book: Book,
    sums: pd.DataFrame,
    names: list[str],
    start: pd.Timestamp,
    end: pd.Timestamp,
    goal: float | None,
) -> pd.Series:
    """The goal of each group; missing where there is none."""
    if goal is not None:
        year = (end - shift_months(end, -12)).days
        return money((sums["base"] * (goal * (end - start).days / year)).round())
    if len(names) > 1 or (names and names[0] not in SCOPES):
        return pd.Series(math.nan, index=sums.index)
    wanted = target_between(book, METRIC, start, end, names[0] if names else None)
    if names:
        return wanted.reindex(sums[names[0]]).set_axis(sums.index).astype("float64").round(2)
    return pd.Series(wanted.iloc[0] if len(wanted) else math.nan, index=sums.index).round(2)
