"""How long customers stay: survival by month of age, with those who are still here counted for as long as they were."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from workahead.book import engines
from workahead.book.once import once
from workahead.book.periods import bin_number, last_day
from workahead.errors import ConfigError, did_you_mean
from workahead.metrics.positions import By, described, money, ordered

if TYPE_CHECKING:
    from workahead.book.book import Book

COLUMNS = ["age_months", "at_risk", "lost", "survival", "low", "high"]
MEASURES = ("logos", "arr")


def survival(
    book: Book, by: By = None, measure: Literal["logos", "arr"] = "logos", interval: float = 0.95
) -> pd.DataFrame:
    """The share of customers (or of their first ARR) that is still there at each month of age: Kaplan-Meier.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | age_months | month-ends since the first one with ARR |
    | at_risk | customers that were there a month before and are seen at this age |
    | lost | of them, gone at its close |
    | survival | the share of all that is there at that age |
    | low, high | the band that holds it with probability ``interval`` |

    A customer is lost at the first month-end without ARR; what comes back later is not counted. Who is still there has
    been seen up to the last month that is over. ``measure="arr"`` weighs each customer by its first ARR, at risk and
    lost: dollars that left with their customer. The band is Greenwood's, on the log-log scale; for weights with their
    effective number (Xie and Liu 2005, doi:10.1002/sim.2174). Raises UnknownName, ConfigError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-01-10", "2025-01-20"], "end_date": ["2025-02-27", None]}))
    >>> survival(book, measure="arr")[["age_months", "at_risk", "survival"]]
       age_months  at_risk  survival
    0           0        2      1.00
    1           1        2      0.75
    2           2        1      0.75
    """
    if measure not in MEASURES:
        raise ConfigError(
            f"unknown measure {measure!r}.{did_you_mean(measure, MEASURES)} There are: {', '.join(MEASURES)}"
        )
    if not 0 < interval < 1:
        raise ConfigError(f"interval is the probability of the band, between 0 and 1, not {interval}")
    names, z = book.by(by), NormalDist().inv_cdf((1 + interval) / 2)
    lives = _lives(book, by)
    if measure == "logos":
        lives = lives.assign(weight=lives["customers"], square=lives["customers"])
    groups: Any = lives.groupby(names, sort=False) if names else [((), lives)]
    tables = [
        _curve(own, z).assign(**dict(zip(names, labels, strict=True))) for labels, own in groups if len(own)
    ]
    if not tables:
        kinds = {"age_months": "int64", "at_risk": "int64", "lost": "int64"}
        empty = pd.DataFrame({name: pd.Series(dtype="str") for name in names})
        return empty.assign(**{name: pd.Series(dtype=kinds.get(name, "float64")) for name in COLUMNS})
    return ordered(pd.concat(tables, ignore_index=True)[[*names, *COLUMNS]], [*names, "age_months"])


def survival_difference(book: Book, by: By) -> pd.DataFrame:
    """Whether groups lose their customers at different rates: the log-rank test, a row.

    | column | meaning |
    |---|---|
    | groups, customers, lost | how many |
    | statistic | of the test; with groups - 1 degrees of freedom |
    | p_value | how often chance alone would make groups of equal customers differ by as much; NaN for fewer than two |

    It says whether, not why, and not by how much; of twenty columns that mean nothing, one has a p-value below 0.05.
    Peto and Peto (1972). Raises UnknownName.
    """
    names = book.by(by)
    lives = _lives(book, by)
    label = lives.groupby(names).ngroup() if names else pd.Series(0, index=lives.index)
    count = int(label.max()) + 1 if len(lives) else 0
    ages = int(lives["age"].max()) + 1 if len(lives) else 0
    ended, lost = np.zeros((2, count, ages))
    np.add.at(ended, (label, lives["age"]), lives["customers"])
    np.add.at(lost, (label, lives["age"]), lives["customers"].where(lives["lost"], 0))
    at_risk = ended[:, ::-1].cumsum(axis=1)[:, ::-1]
    n, d = at_risk.sum(axis=0), lost.sum(axis=0)
    row = {
        "groups": count,
        "customers": int(ended.sum()),
        "lost": int(d.sum()),
        "statistic": np.nan,
        "p_value": np.nan,
    }
    if count > 1 and d.sum() > 0:
        from scipy.special import chdtrc  # chi2.sf, without the whole of scipy.stats

        share = at_risk / np.where(n > 0, n, 1)
        excess = (lost - share * d).sum(axis=1)[1:]
        spread = d * (n - d) / np.where(n > 1, n - 1, 1)
        matrix = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
        row["statistic"] = float(excess @ np.linalg.pinv(matrix[1:, 1:]) @ excess)
        row["p_value"] = float(chdtrc(count - 1, row["statistic"]))
    return pd.DataFrame([row])


def lost_customers(book: Book, age: int | None = None, by: By = None) -> pd.DataFrame:
    """The customers that :func:`survival` counts as lost, up to a month of age, the largest first.

    | column | meaning |
    |---|---|
    | *by* | the group |
    | customer_id | the customer, as the book's grain has it |
    | age_months | at which it was lost: so many have ``lost`` in the table of survival |
    | lost_on | the month-end |
    | first_arr | ARR at the first month-end |
    | account_id, name, segment, region, csm, tier | of the customer's account, where the book has them |

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-03-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "arr": [100.0, 300.0],
    ...     "start_date": ["2025-01-10", "2025-01-20"], "end_date": ["2025-02-27", None]}))
    >>> lost_customers(book)[["customer_id", "age_months", "lost_on", "first_arr"]]
      customer_id  age_months    lost_on  first_arr
    0           A           1 2025-02-28      100.0
    """
    names = book.by(by)
    each = _each(book, [*dict.fromkeys([*names, "account_id"])]).filter(nw.col("lost"))
    each = each if age is None else each.filter(nw.col("age") <= age)
    columns = dict.fromkeys([*names, "customer_id", "age", "gone", "first_arr", "account_id"])
    table = engines.pandas(each.select(*columns))
    ends = {number: last_day(number, "month", 1) for number in table["gone"].unique()}
    table = table.assign(
        age_months=table["age"].astype("int64"),
        lost_on=table["gone"].map(ends).astype("datetime64[us]"),
        first_arr=money(table["first_arr"]),
    ).sort_values(["first_arr", "customer_id"], ascending=[False, True], ignore_index=True)
    order = dict.fromkeys([*names, "customer_id", "age_months", "lost_on", "first_arr", "account_id"])
    return described(table[[*order]], book)


def _curve(lives: pd.DataFrame, z: float) -> pd.DataFrame:
    """The COLUMNS of one group."""
    ages = np.arange(lives["age"].max() + 1)
    sums = lives.groupby("age")[["customers", "weight", "square"]].sum().reindex(ages, fill_value=0)
    at_risk = sums.iloc[::-1].cumsum().iloc[::-1]
    lost = lives[lives["lost"]].groupby("age")[["customers", "weight"]].sum().reindex(ages, fill_value=0)
    stays = 1 - lost["weight"] / at_risk["weight"]
    left = stays.cumprod().to_numpy()
    number = at_risk["weight"] ** 2 / at_risk["square"]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(((1 - stays) / (stays * number)).cumsum().to_numpy()) / np.log(left)
        band = np.array([left ** np.exp(side * spread) for side in (-z, z)])
    low, high = np.minimum(*band), np.maximum(*band)
    low, high = np.where(left == 1, 1, low), np.where(left == 1, 1, high)
    if (gone := left == 0).any():  # nobody is left: no more than just before
        low[gone], high[gone] = 0, high[~gone][-1] if (~gone).any() else 1
    return pd.DataFrame({
        "age_months": ages,
        "at_risk": at_risk["customers"].to_numpy(),
        "lost": lost["customers"].to_numpy(),
        "survival": left,
        "low": low,
        "high": high,
    })  # fmt: skip


def _lives(book: Book, by: By) -> pd.DataFrame:
    """*by*, age (months until lost, or until last seen), lost, and of such customers: how many, the sum of their first
    ARR (cents), and of its squares.
    """
    return _grouped_lives(book, tuple(book.by(by))).copy()


@once
def _grouped_lives(book: Book, names: tuple[str, ...]) -> pd.DataFrame:
    """Curves and test of one question are of the same lives."""
    each = _each(book, [*names]).with_columns(first=nw.col("first_arr").cast(nw.Float64))
    each = each.with_columns(square=nw.col("first") * nw.col("first"))
    lives = engines.pandas(
        each.group_by(*names, "age", "lost").agg(
            customers=nw.len(), weight=nw.col("first").sum(), square=nw.col("square").sum()
        )
    )
    return lives.astype({"age": "int64", "customers": "int64"})


def _each(book: Book, names: list[str]) -> engines.Frame:
    """A row a customer (and group): first_month, first_arr (cents), gone (the month it was lost), lost, age."""
    customer = list(dict.fromkeys(["customer_id", *names]))
    seen = bin_number(book.as_of, "month", 1)
    seen -= book.as_of < last_day(seen, "month", 1)
    rows = book.grouped_ledger(names).filter(nw.col("first_month") > 0, nw.col("first_month") <= seen)
    following = nw.col("next_date").dt.year() * 12 + nw.col("next_date").dt.month() - 1
    ends = (nw.col("arr_after") == 0) & (nw.col("next_date").is_null() | (following > nw.col("month")))
    ends = ends & (nw.col("month") > nw.col("first_month")) & (nw.col("month") <= seen)
    gone = nw.when(ends).then(nw.col("month")).otherwise(seen + 1)
    each = (
        rows.with_columns(gone=gone).group_by(*customer, "first_month", "first_arr").agg(nw.col("gone").min())
    )
    return each.with_columns(
        lost=nw.col("gone") <= seen,
        age=nw.min_horizontal(nw.col("gone"), nw.lit(seen)) - nw.col("first_month"),
    )
