"""ARR movements in sentences: what grew, what was lost, who it was, and what is overdue."""

from __future__ import annotations

import pandas as pd

from workahead.words.dates import span
from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import count, money, percent

_GAINS = {"new": "new", "reactivation": "reactivation", "expansion": "expansion"}
_LOSSES = {"contraction": "contraction", "churn": "churn"}
_CUSTOMERS = {
    "new": "new_customers",
    "reactivation": "reactivated_customers",
    "expansion": "expanded_customers",
    "contraction": "contracted_customers",
    "churn": "churned_customers",
}


def movement_sentence(movements: pd.DataFrame, currency: str | None = None) -> str:
    """What moved ARR over a period. ``movements`` is a table of ``wa.movements``.

    Groups and periods are added up.

    >>> one = pd.DataFrame({"period_start": pd.to_datetime(["2026-09-30"]),
    ...     "period_end": pd.to_datetime(["2026-10-31"]), "starting": 1e6, "new": 5e4, "reactivation": 0.0,
    ...     "expansion": 3e4, "contraction": 0.0, "churn": 2e4, "ending": 1.06e6})
    >>> movement_sentence(one, "USD")
    'ARR grew 60.0k (6.0%) to USD 1.1M in October 2026: 50.0k new and 30.0k expansion, less 20.0k churn.'
    """
    if movements.empty:
        return "There is no ARR in this period."
    first, last = movements["period_start"].min(), movements["period_end"].max()
    starting = float(movements.loc[movements["period_start"] == first, "starting"].sum())
    ending = float(movements.loc[movements["period_end"] == last, "ending"].sum())
    when = span(first, last)
    within = f"in {when}" if " to " not in when else f"from {when}"
    gains, losses = _parts(movements, _GAINS), _parts(movements, _LOSSES)
    if not gains and not losses:
        return (
            f"No ARR moved {within}: it stands at {money(ending, currency)}."
            if ending
            else f"There is no ARR {within}."
        )
    change = round(ending - starting, 2)
    if change == 0:
        head = f"ARR ended where it began, at {money(ending, currency)}, {within}"
    else:
        rate = f" ({percent(abs(change) / starting)})" if starting else ""
        rate = "" if rate == f" ({percent(0)})" else rate
        way = "grew" if change > 0 else "fell"
        head = f"ARR {way} {money(abs(change))}{rate} to {money(ending, currency)} {within}"
    if gains and losses:
        return f"{head}: {listed(gains)}, less {listed(losses)}."
    return f"{head}: {listed(gains or losses)}, and no {'losses' if gains else 'gains'}."


def _parts(movements: pd.DataFrame, kinds: dict[str, str]) -> list[str]:
    parts = []
    for kind, word in kinds.items():
        amount = float(movements[kind].sum()) if kind in movements else 0.0
        if amount:
            customers = (
                f" ({count(movements[_CUSTOMERS[kind]].sum(), 'customer')})"
                if _CUSTOMERS[kind] in movements
                else ""
            )
            parts.append(f"{money(amount)} {word}{customers}")
    return parts


def movers_sentence(detail: pd.DataFrame) -> str:
    """The largest gain and the largest loss by name, and how much of all losses few customers make.

    ``detail`` is a table of ``wa.movement_detail``.
    """
    if detail.empty:
        return "No customer's ARR changed in this period."
    gains, losses = detail[detail["change"] > 0], detail[detail["change"] < 0]
    parts = []
    if len(gains):
        parts.append(f"the largest gain is {_who(extremes(gains, 'change')[0])}")
    if len(losses):
        parts.append(f"the largest loss is {_who(extremes(losses, 'change')[1])}")
    text = capital("; ".join(parts))
    if len(losses) > 3:
        share = float(losses["change"].nsmallest(3).sum() / losses["change"].sum())
        text += (
            f". Three of the {count(len(losses))} that shrank or left make {percent(share, 0)} of the loss"
        )
    return text + "."


def _who(row: pd.Series) -> str:
    name = row.get("customer", row.get("name"))
    if name is None or name != name or not str(name).strip():
        name = row.get("customer_id", "a customer without a name")
    segment = row.get("segment")
    about = [str(segment)] if segment is not None and segment == segment and str(segment) else []
    return f"{name} ({', '.join([*about, str(row['movement']).lower()])}, {money(row['change'], sign=True)})"


def overdue_sentence(arr: pd.DataFrame, currency: str | None = None, days: int = 30) -> str:
    """The ARR of contracts that ran out and are still being renewed. ``arr`` is a table of ``wa.arr``."""
    total, overdue = float(arr["arr"].sum()), float(arr["overdue_arr"].sum())
    if not overdue:
        return "No contract is overdue."
    share = f" ({percent(overdue / total)} of it)" if total else ""
    return (
        f"{money(overdue, currency)} of ARR{share} is overdue: contracts that ran out up to "
        f"{count(days, 'day')} before and have no successor yet. It still counts."
    )


def names(detail: pd.DataFrame) -> pd.Series:
    """What to call each customer: the name, else the id."""
    ids = detail["customer_id"].astype("str")
    if "name" not in detail:
        return ids
    name = detail["name"].astype("object")
    return ids.where(name.isna() | (name.astype("str").str.strip() == ""), name.astype("str"))
