"""Each renewal ahead with its probability, and what moved it; and what to expect month by month."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, day, shift_months
from workahead.metrics.projection.ahead import open_in
from workahead.metrics.projection.model import FACTORS, probability
from workahead.metrics.projection.outlook import Outlook
from workahead.metrics.projection.projection import checked
from workahead.metrics.projection.signals import ANSWERS
from workahead.metrics.projection.simulation import futures
from workahead.metrics.projection.what_if import assumed, chance, share_kept, what_if

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from workahead.book.book import Book

FIRST = [
    "subscription_id", "account_id", "name", "segment", "csm", "product", "renewal_date", "due_arr", "category",
    "forecast_arr", "probability", "low", "high", "expected_arr",
]  # fmt: skip
COLUMNS = [*FIRST, *FACTORS, "because"]
MONTHLY = ["month", "due_arr", "expected_arr", "low", "high", "contracts"]
WORTH_SAYING = 0.01
"""Effects below a point of probability explain nothing."""
SAID = {
    "segment_effect": "segment",
    "product_effect": "product",
    "size": "size",
    "tenure": "years as a customer",
    "lost_before": "a contract lost in the year before",
    "engagement": "calls, meetings and mail",
    "decision_maker": "contact with a decision maker",
    "support": "support requests",
}


def renewal_probabilities(
    book: Book,
    start: Day | None = None,
    end: Day | None = None,
    interval: float = 0.8,
    probabilities: Mapping[str, float] | None = None,
    saved: Collection[str] | None = None,
) -> pd.DataFrame:
    """The open renewals due after ``start`` (default: all, overdue ones too) up to ``end`` (default: a year on), each
    with its probability, soonest first.

    | column | meaning |
    |---|---|
    | subscription_id, account_id, name, segment, csm, product, renewal_date | the contract and its account |
    | due_arr | ARR due |
    | category, forecast_arr | of the last call on it; missing where nobody has called |
    | probability, low, high | that it renews in time, and between what that may lie at the ``interval`` |
    | expected_arr | due_arr x probability x the share that renewals keep (at most all of it) |
    | call, caller, answer, segment_effect, product_effect, size, tenure, lost_before, engagement, decision_maker, | |
    | champion, support | by how much each moves the probability: 0.05 is five points up |
    | because | the largest of these, in words and points |

    Each effect is against the same renewal with that one thing as in the average past renewal, so they need not add
    up. With ``probabilities`` and ``saved``, as :func:`workahead.project_retention` takes them, those renewals have the
    probability that is stated, and nothing moves it. Raises PeriodError, UnknownName, ConfigError.
    """
    last = shift_months(book.as_of, 12) if end is None else day(end)
    first = checked(book, "1900-01-01" if start is None else start, last, interval, 1)[0]
    given = what_if(book, probabilities, saved)
    made, rows = open_in(book, last)
    if made is None or rows.empty:
        return _empty()
    rows = assumed(rows[rows["renewal_date"] > first], given)
    odds, spread = (rows[name].to_numpy(dtype="float64") for name in ("log_odds", "spread"))
    half = NormalDist().inv_cdf((1 + interval) / 2) * spread
    effects = _effects(made, rows)
    table = rows.drop(columns=["segment"]).assign(
        probability=chance(rows),
        low=probability(odds - half),
        high=probability(odds + half),
        expected_arr=(rows["due_arr"] * share_kept(rows)).round(2),
        **effects,
    )
    if book.audience is not None:  # what a call is worth for who made it is no one else's to read
        by_others = rows["called_by"].notna() & (rows["called_by"] != book.audience.who)
        rows["called_by"] = rows["called_by"].mask(by_others, "a colleague")
    table["because"] = _because(rows, pd.DataFrame(effects))
    if given:
        stated = rows["stated"].notna()
        for name in ("low", "high"):
            table[name] = table[name].where(~stated, table["probability"])
        table[list(FACTORS)] = table[list(FACTORS)].where(~stated, 0.0)
        table["because"] = table["because"].mask(stated, "stated").mask(rows["saved"], "counted as saved")
    have = [name for name in ("name", "segment", "csm") if name in book.columns("accounts")]
    held = engines.pandas(book._base.frame("accounts").select("account_id", *have))
    table = table.merge(held, on="account_id", how="left").reindex(columns=COLUMNS)
    return table.sort_values(["renewal_date", "subscription_id"], kind="stable").reset_index(drop=True)


def _effects(made: Outlook, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """By how much each factor moves the probability, against what it would be without it."""
    found = {factor: pd.Series(0.0, index=rows.index) for factor in FACTORS}
    for band, part in rows.groupby("band"):
        number = int(str(band))
        matrix = made.matrices[number][part["row"].to_numpy()]
        odds = part["log_odds"].to_numpy()
        for factor, moved in made.models[number].effects(matrix).items():
            found[factor].loc[part.index] = probability(odds) - probability(odds - moved)
    return found


def _because(rows: pd.DataFrame, effects: pd.DataFrame, most: int = 3) -> pd.Series:
    """The largest effects in words: *called at risk −21, champion left −9*."""
    said = []
    names, values = list(effects.columns), effects.to_numpy()
    for row, fact in zip(values, rows.to_dict("records"), strict=True):
        order = np.argsort(-np.abs(row), kind="stable")[:most]
        largest = [k for k in order if abs(row[k]) >= WORTH_SAYING]
        said.append(", ".join(f"{_named(names[k], fact)} {_signed(row[k])}" for k in largest))
    return pd.Series(said, index=effects.index, dtype="str")


def _named(factor: str, fact: dict[Hashable, Any]) -> str:
    """What a factor is in a renewal."""
    if factor == "call":
        return "not called" if pd.isna(fact["category"]) else f"called {fact['category'].replace('_', ' ')}"
    if factor == "caller":
        return "no caller" if pd.isna(fact["called_by"]) else f"by {fact['called_by']}"
    if factor == "answer":
        answers = {value: name.replace("_", " ") for name, value in ANSWERS.items()}
        return "not asked" if pd.isna(fact["answer"]) else f"would renew: {answers[fact['answer']]}"
    if factor == "champion":
        states = (("champion_left", "champion left"), ("champion_replaced", "new champion"))
        return next((said for name, said in states if fact[name] == 1), "no champion left")
    return SAID[factor]


def _signed(effect: float) -> str:
    """Points with their sign (a minus sign, not a hyphen)."""
    return f"{effect * 100:+.0f}".replace("-", "\N{MINUS SIGN}")


def expected_renewals(
    book: Book, months: int = 12, interval: float = 0.8, seed: int = 0, simulations: int = 4_000
) -> pd.DataFrame:
    """What the renewals of each coming calendar month will probably bring, and the range.

    | column | meaning |
    |---|---|
    | month | its first day; the running month holds what is still to come of it, and what is overdue |
    | due_arr, contracts | what comes due and is still open |
    | expected_arr, low, high | what of it will probably be renewed (at most what is due), and the range |

    Raises PeriodError, ConfigError.
    """
    last = shift_months(book.as_of, months)
    checked(book, book.as_of, last, interval, simulations)
    made, rows = open_in(
        book, last - pd.Timedelta(days=1)
    )  # as in the renewal base: fewer than so many months
    if made is None or rows.empty:
        return pd.DataFrame(columns=MONTHLY, dtype="float64").astype(
            {"month": "datetime64[us]", "contracts": "int64"}
        )
    month = (
        rows["renewal_date"]
        .mask(rows["renewal_date"] < book.as_of, book.as_of)
        .dt.to_period("M")
        .dt.to_timestamp()
    )
    expected = rows["due_arr"] * share_kept(rows)
    rows = rows.assign(month=month.astype("datetime64[us]"), expected_arr=expected)
    rows = rows.sort_values(["month", "subscription_id"])
    begins = np.flatnonzero(~rows["month"].duplicated())
    due = rows["due_arr"].to_numpy(dtype="float32")[:, None]
    once = [np.ones(len(rows), dtype="int64")]
    drawn = np.concatenate(
        [
            np.add.reduceat(due * np.minimum(share, 1), begins, axis=0)
            for ((_, share),) in futures(made, rows, once, simulations, seed)
        ],
        axis=1,
    )
    table = rows.groupby("month", as_index=False).agg(
        due_arr=("due_arr", "sum"), expected_arr=("expected_arr", "sum"), contracts=("due_arr", "size")
    )
    low, high = np.quantile(drawn, [(1 - interval) / 2, (1 + interval) / 2], axis=1).astype("float64")
    table = table.assign(
        low=np.minimum(low, table["expected_arr"]), high=np.maximum(high, table["expected_arr"])
    )
    return table.round(dict.fromkeys(["due_arr", "expected_arr", "low", "high"], 2))[MONTHLY]


def _empty() -> pd.DataFrame:
    numbers = ["due_arr", *COLUMNS[COLUMNS.index("forecast_arr") : -1]]
    kinds = {**dict.fromkeys(COLUMNS, "str"), **dict.fromkeys(numbers, "float64")}
    return pd.DataFrame(columns=COLUMNS).astype({**kinds, "renewal_date": "datetime64[us]"})
