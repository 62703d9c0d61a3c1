"""How good the calls were, in sentences; a thin record says how thin it is."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from workahead.book.tables import NOT_SET
from workahead.words.dates import span
from workahead.words.grammar import extremes, listed
from workahead.words.numbers import count, money, percent

FEWEST = 5  # renewals behind a rate: of fewer the sentence says how many
NOTABLE = 0.05  # of renewed ARR: who is nearer to what came is not named
NOT_ASKED = "(not asked)"


def accuracy_figures(now: pd.DataFrame, before: pd.DataFrame, months: int = 12) -> pd.DataFrame:
    """Each row makes one ``show.Card``: accuracy, bias, coverage, and what came due.

    ``now`` and ``before`` are tables of ``wa.forecast_accuracy`` without ``by``, of ``months`` each.
    """
    since = f"than in the {count(months, 'month')} before"
    rows: list[tuple[object, ...]] = []
    for column, name, good in (("accuracy", "Accuracy", "up"), ("coverage", "Called in time", "up")):
        # the mean of one row is its value, and of none, missing
        value, old = float(now[column].mean()), float(before[column].mean())
        known = not math.isnan(value - old)
        rows.append((name, value, value - old, "percent", good, since if known else None))
    off, due = float(now["bias"].mean()), float(now["due_arr"].sum())
    way = None if math.isnan(off) else "called above what came" if off > 0 else "called below what came"
    rows.insert(1, ("Bias", off, None, "percent", None, way))
    rows.append(("Came due", due, None, "money", None, count(now["renewals"].sum(), "renewal")))
    # as objects: a note that is not there must stay None
    table = pd.DataFrame(rows, columns=["label", "value", "change", "kind", "good", "note"], dtype="object")
    judged, came = int(now["compared"].sum()), int(now["renewals"].sum())
    return table.assign(
        how=["accuracy", "bias", "coverage", "came_due"], rows_behind=[judged, judged, came, came]
    )


def accuracy_sentence(
    horizons: pd.DataFrame, callers: pd.DataFrame | None = None, horizon_days: int = 90
) -> str:
    """How good the calls of one horizon were, who calls too high or too low, and how much had been called.

    ``horizons`` is a table of ``wa.accuracy_by_horizon``, ``callers`` one of ``wa.forecast_accuracy`` by called_by at
    that horizon.

    >>> one = pd.DataFrame({"horizon_days": [90], "renewals": 40, "due_arr": 1e6, "called_arr": 7.1e5,
    ...     "coverage": 0.71, "accuracy": 0.84, "bias": 0.06, "compared": 30})
    >>> accuracy_sentence(one)
    'Calls made 90 days ahead were 84% accurate and 6% too hopeful; 71% of the ARR due had a call by then.'
    """
    chosen = horizons[horizons["horizon_days"] == horizon_days]
    if chosen.empty or not int(chosen["renewals"].iloc[0]):
        return "No renewal came due in this time."
    row = chosen.iloc[0]
    ahead = f"{count(horizon_days, 'day')} ahead"
    if not row["called_arr"]:
        what = count(row["renewals"], "renewal")
        return f"None of the {what} that came due had been called {ahead}: there is nothing to judge."
    covered = f"{percent(row['coverage'], 0)} of the ARR due had a call by then"
    if not row["compared"]:
        return f"What was called {ahead} is not decided yet; {covered}."
    if math.isnan(row["accuracy"]):
        what = count(row["compared"], "renewal")
        return f"Nothing renewed of the {what} called {ahead}, so they have no accuracy; {covered}."
    said = (
        f"Calls made {ahead} were {percent(row['accuracy'], 0)} accurate and {_off(row['bias'])}{_thin(row)}"
    )
    who = "" if callers is None else _callers(callers)
    return f"{'; '.join(part for part in (said, who, covered) if part)}."


def horizon_sentence(horizons: pd.DataFrame) -> str:
    """How accuracy and coverage grow as the date comes nearer. ``horizons`` as in :func:`accuracy_sentence`."""
    known = horizons.dropna(subset=["accuracy"]).sort_values("horizon_days", ascending=False)
    if len(known) < 2:
        return "There is no second horizon to compare with: too little had been called."
    early, late = known.iloc[0], known.iloc[-1]
    return (
        f"{count(early['horizon_days'], 'day')} ahead {percent(early['coverage'], 0)} of the ARR due had been called, "
        f"and those calls were {percent(early['accuracy'], 0)} accurate; {count(late['horizon_days'], 'day')} ahead "
        f"it was {percent(late['coverage'], 0)}, at {percent(late['accuracy'], 0)}{_thin(late)}."
    )


def bias_sentence(callers: pd.DataFrame, by: str = "called_by") -> str:
    """Who calls too high and who too low. ``callers`` is a table of ``wa.forecast_accuracy`` with this ``by``."""
    known = callers[callers["bias"].notna() & (callers[by].astype("str") != NOT_SET)]
    if known.empty:
        return "Nobody's calls can be judged yet: none of what was called has been decided."
    high = known[known["bias"] >= NOTABLE].sort_values("bias", ascending=False, kind="stable")
    low = known[known["bias"] <= -NOTABLE].sort_values("bias", kind="stable")
    near, within = len(known) - len(high) - len(low), f"came within {percent(NOTABLE, 0)}"
    if len(known) == 1 and near:
        return f"{known[by].iloc[0]}, the only one who called, {within} of what renewed, in sum."
    if near == len(known):
        return f"All {count(near)} who called {within} of what renewed, in sum."
    parts = [
        f"{count(len(rows))} of {count(len(known))} "
        + (f"calls too {way}:" if len(rows) == 1 else f"call too {way}, most of all")
        + f" {_who(rows.iloc[0], by)}"
        for rows, way in ((high, "high"), (low, "low"))
        if len(rows)
    ]
    return "; ".join([*parts, *([f"{count(near)} {within}"] if near else [])]) + "."


def accuracy_by_sentence(table: pd.DataFrame, by: str | None = None) -> str:
    """Where the calls were best and worst, by group, or by period where the table has ``freq``.

    ``table`` is a table of ``wa.forecast_accuracy`` with ``by`` (its first column, unless named) or ``freq``.
    """
    by = by or str(table.columns[0])
    timed = by == "period_start"
    known = table.dropna(subset=["accuracy"])
    noun = "period" if timed else by.replace("_", " ")
    if known.empty:
        return f"No {noun} has calls that can be judged yet."
    enough = known[known["compared"] >= FEWEST]
    known = enough if len(enough) else known
    names = [
        span(row["period_start"], row["period_end"], short=True) if timed else str(row[by])
        for _, row in known.iterrows()
    ]
    known = known.assign(who=names)
    best, worst = extremes(known, "accuracy")
    told = [
        f"{percent(row['accuracy'], 0)} in {row['who']} ({percent(row['bias'], 0, sign=True)} bias{_from(row)})"
        for row in (best, worst)
    ]
    if len(known) == 1:
        return f"Accuracy was {told[0]}."
    return f"Accuracy ranged from {told[1]} to {told[0]}."


def calibration_sentence(calibration: pd.DataFrame) -> str:
    """What each category was worth against what the calls expected of it, and which can't be told apart.

    ``calibration`` is a table of ``wa.call_calibration``.
    """
    if calibration.empty:
        return "No renewal that has been decided was called."
    parts = []
    for at, (_, row) in enumerate(calibration.iterrows()):
        name = str(row["category"]).replace("_", " ")
        lead = f"Of the ARR called {name}" if not at else f"of {name}"
        expected = (
            f"where the calls expected {percent(row['expected_rate'], 0)}"
            if not at
            else f"expected {percent(row['expected_rate'], 0)}"
        )
        parts.append(f"{lead}, {percent(row['renewal_rate'], 0)} renewed ({expected}{_from(row)})")
    alike = [
        f"{one['category']} from {next_['category']}".replace("_", " ")
        for one, next_ in pairwise(row for _, row in calibration.iterrows())
        if one["low"] <= next_["high"] and next_["low"] <= one["high"]
    ]
    tail = f". The record can't tell {', or '.join(alike)}: their ranges overlap" if alike else ""
    return "; ".join(parts) + tail + "."


def answer_sentence(record: pd.DataFrame) -> str:
    """How often the answers came true, and how many were asked. ``record`` is a table of ``wa.answer_record``."""
    asked = record[record["answer"] != NOT_ASKED]
    if asked.empty:
        return "Nobody has been asked “Would you renew today?” in time: no call holds an answer."
    first, last = asked.iloc[0], asked.iloc[-1]
    said = f"Who answered {_answer(first)} renewed {percent(first['renewal_rate'], 0)} of the ARR due{_thin(first)}"
    if len(asked) > 1:
        said += f", who answered {_answer(last)} {percent(last['renewal_rate'], 0)}{_thin(last)}"
    total, there = int(record["renewals"].sum()), int(asked["renewals"].sum())
    if there == total:
        return f"{said}. All {count(total, 'renewal')} had been asked."
    rest = float(record.loc[record["answer"] == NOT_ASKED, "renewal_rate"].iloc[0])
    silent = f"{count(total - there)} of {count(total, 'renewal')} had not been asked"
    return f"{said}. {silent}: {percent(rest, 0)} renewed."


def change_sentence(changes: pd.DataFrame, since: object, until: object, currency: str | None = None) -> str:
    """How the forecast of the renewals ahead moved between two closing days, by what, and the largest fall.

    ``changes`` is a table of ``wa.forecast_changes`` between them.
    """
    before, after = (float(changes[name].sum()) for name in ("forecast_before", "forecast_after"))
    if not before and not after:
        return "No renewal ahead had been called."
    when = f"in {span(since, until)}" if " to " not in span(since, until) else f"from {span(since, until)}"
    sums = changes.groupby("change")["difference"].sum()
    ups = [f"{money(sums[kind])} {name}" for kind, name in _UPS.items() if sums.get(kind, 0) > 0]
    downs = [f"{money(-sums[kind])} {name}" for kind, name in _DOWNS.items() if sums.get(kind, 0) < 0]
    moves = listed(ups) + (", less " if ups and downs else "") + listed(downs)
    way = "rose" if after > before else "fell"
    head = f"The forecast of the renewals ahead {way} {money(abs(after - before))} to {money(after, currency)} {when}"
    if round(after - before, 2) == 0:
        head = f"The forecast of the renewals ahead stands at {money(after, currency)}, as before, {when}"
    falls = changes[changes["change"].isin(["downgraded", "lost"]) & (changes["difference"] < 0)]
    if falls.empty:
        return f"{head}{': ' if moves else ''}{moves}."
    worst = extremes(falls, "difference")[1]
    name = worst["account_id"] if worst["name"] != worst["name"] else worst["name"]
    return f"{head}: {moves}. The largest fall is {name} ({worst['change']}, {money(worst['difference'], sign=True)})."


_MOVED = {"pulled_in": "pulled in", "pushed_out": "pushed out"}
_UPS = {"new": "called for the first time", "upgraded": "upgraded", **_MOVED}
_DOWNS = {"renewed": "renewed", "lost": "lost", "downgraded": "downgraded", **_MOVED}


def _off(bias: float) -> str:
    """A bias as people say it.

    >>> _off(0.06), _off(-0.11), _off(0.001)
    ('6% too hopeful', '11% too cautious', 'right in sum')
    """
    if percent(abs(bias), 0) == percent(0, 0):
        return "right in sum"
    return f"{percent(abs(bias), 0)} too {'hopeful' if bias > 0 else 'cautious'}"


def _answer(row: pd.Series) -> str:
    return str(row["answer"]).replace("_", " ")


def _who(row: pd.Series, by: str = "called_by") -> str:
    return f"{row[by]} ({percent(row['bias'], 0, sign=True)}{_from(row)})"


def _callers(callers: pd.DataFrame, by: str = "called_by") -> str:
    """The one who calls highest and the one who calls lowest, where it is worth a word."""
    known = callers[callers["bias"].notna() & (callers[by].astype("str") != NOT_SET)]
    known = known[known["compared"] >= FEWEST] if (known["compared"] >= FEWEST).any() else known
    if known.empty:
        return ""
    high, low = extremes(known, "bias")
    parts = []
    if high["bias"] >= NOTABLE:
        parts.append(f"{high[by]} calls {percent(high['bias'], 0)} high{_thin(high)}")
    if low["bias"] <= -NOTABLE:
        parts.append(f"{low[by]} {'' if parts else 'calls '}{percent(-low['bias'], 0)} low{_thin(low)}")
    return ", ".join(parts)


def _cases(row: pd.Series) -> int:
    return int(row["compared"] if "compared" in row else row["renewals"])


def _thin(row: pd.Series) -> str:
    return f" (from {count(_cases(row), 'renewal')})" if _cases(row) < FEWEST else ""


def _from(row: pd.Series) -> str:
    return f", from {count(_cases(row), 'renewal')}" if _cases(row) < FEWEST else ""
