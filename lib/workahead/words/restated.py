"""What changed since the last report, and what of the past reads otherwise now, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workahead.words.dates import month
from workahead.words.grammar import listed
from workahead.words.numbers import count, exact, money, percent, points

REASON_NAMES = {
    "late_renewal": "Late renewal",
    "not_renewed": "Not renewed",
    "changed_contract": "Changed contract",
    "added_contract": "Added contract",
    "removed_contract": "Removed contract",
    "moved_account": "Moved account",
    "changed_definition": "Changed definition",
}
_COUNTED = {
    "late_renewal": ("late renewal", "late renewals"),
    "not_renewed": ("renewal that did not come", "renewals that did not come"),
    "changed_contract": ("changed contract", "changed contracts"),
    "added_contract": ("contract entered later", "contracts entered later"),
    "removed_contract": ("contract taken out", "contracts taken out"),
    "moved_account": ("account that has moved", "accounts that have moved"),
}
_LAST = {"week": "last week's", "month": "last month's", "quarter": "last quarter's", "year": "last year's"}
_NAMED = 4

Figure = Mapping[str, Any]
"""A key figure: label, kind (money, percent, count), then, now, and reads, what it reads now for the time of then."""


def last_report(kind: str) -> str:
    """The report of the period before.

    >>> last_report("month"), last_report("other")
    ("last month's report", 'the last report')
    """
    return f"{_LAST[kind]} report" if kind in _LAST else "the last report"


def changes_sentence(figures: Sequence[Figure], label: str, currency: str | None = None) -> str:
    """How the key figures moved since the last report.

    >>> changes_sentence([{"label": "NRR", "kind": "percent", "then": 1.046, "now": 1.032},
    ...                   {"label": "ARR", "kind": "money", "then": 1e6, "now": 1e6}], "September 2026")
    'Since the report for September 2026, NRR fell 1.4 points to 103.2% and ARR held at 1.0M.'
    """
    known = [one for one in figures if one["then"] is not None and one["now"] is not None]
    if not known:
        return f"No key figure can be compared with the report for {label}."
    return f"Since the report for {label}, {listed([_moved(one, currency) for one in known[:_NAMED]])}."


def _moved(one: Figure, currency: str | None) -> str:
    change = one["now"] - one["then"]
    if size(abs(change), one["kind"]) == size(0, one["kind"]):
        return f"{_name(one)} held at {value(one['now'], one['kind'], currency)}"
    way = "rose" if change > 0 else "fell"
    return (
        f"{_name(one)} {way} {size(abs(change), one['kind'])} to {value(one['now'], one['kind'], currency)}"
    )


def restated_sentence(
    figures: Sequence[Figure], label: str, kind: str, causes: pd.DataFrame | None, currency: str | None = None
) -> str:
    """What the last report said of its own period, what that reads now, and why; empty where nothing differs.

    ``causes`` is a table of accounts with reason, causes and detail; None where the data of then are gone.

    >>> causes = pd.DataFrame({"reason": ["late_renewal", "late_renewal", "changed_contract"],
    ...                        "causes": [("S1",), ("S2",), ("S3",)], "account_id": ["A", "B", "C"], "detail": ""})
    >>> nrr = {"label": "NRR", "kind": "percent", "then": 1.042, "reads": 1.038}
    >>> said = restated_sentence([nrr], "September 2026", "month", causes)
    >>> print(*said.split(": "), sep=":\\n")
    September 2026's NRR read 104.2% in last month's report and reads 103.8% now:
    2 late renewals and 1 changed contract.
    """
    differ = [one for one in figures if one["reads"] is not None and one["reads"] != one["then"]]
    if not differ:
        return ""
    parts = [_read(one, kind, first=one is differ[0], currency=currency) for one in differ]
    said = f"{label}'s {listed(parts)}"
    if causes is None:
        return (
            f"{said}. The data of that report are no longer kept, so the accounts behind it can't be named."
        )
    why = reasons(causes)
    return f"{said}: {why}." if why else f"{said}."


def reasons(causes: pd.DataFrame) -> str:
    """How often each reason is one: contracts, of moved accounts the accounts; definitions are named.

    >>> reasons(pd.DataFrame({"reason": ["not_renewed"], "causes": [("S1", "S2")], "account_id": "A", "detail": ""}))
    '2 renewals that did not come'
    """
    said = []
    for reason, words in _COUNTED.items():
        rows = causes[causes["reason"] == reason]
        ids = (
            set(rows["account_id"])
            if reason == "moved_account"
            else {c for held in rows["causes"] for c in held}
        )
        if ids:
            said.append(count(len(ids), *words))
    defined = causes.loc[causes["reason"] == "changed_definition", "detail"]
    if len(defined):
        said.append(f"changed definitions ({defined.iloc[0].replace('_', ' ')})")
    return listed(said)


def _read(one: Figure, kind: str, *, first: bool, currency: str | None) -> str:
    was, reads = (value(one[name], one["kind"], currency) for name in ("then", "reads"))
    if was == reads and one["kind"] == "money":  # the difference is lost in rounding: say it to the cent
        was, reads = (f"{currency or ''} {exact(one[name])}".strip() for name in ("then", "reads"))
    elif was == reads:
        was, reads = percent(one["then"], 3), percent(one["reads"], 3)
    if first:
        return f"{_name(one)} read {was} in {last_report(kind)} and reads {reads} now"
    return f"{_name(one)} {was} (now {reads})"


def _name(one: Figure) -> str:
    """The label inside a sentence: "logo retention", but "NRR"."""
    label = str(one["label"])
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def value(x: float | None, kind: str, currency: str | None = None) -> str:
    """A key figure as prose prints it.

    >>> value(0.953, "percent"), value(1_234_567, "money", "USD"), value(12, "count")
    ('95.3%', 'USD 1.2M', '12')
    """
    if kind == "percent":
        return percent(x)
    return money(x, currency) if kind == "money" else count(x)


def size(change: float | None, kind: str) -> str:
    """The size of a change of it.

    >>> size(0.014, "percent"), size(1500, "money")
    ('1.4 points', '1.5k')
    """
    return points(change) if kind == "percent" else value(change, kind)


def months_sentence(restated: pd.DataFrame) -> str:
    """How many month-ends read otherwise, and the one whose ARR differs most. ``restated``: of ``wa.restated``.

    >>> months_sentence(pd.DataFrame({"period_end": pd.to_datetime(["2026-08-31", "2026-09-30"]),
    ...     "arr_difference": [0.0, -1500.0], "nrr_difference": 0.0, "grr_difference": 0.0}))
    'Of 2 month-ends 1 reads otherwise now; September 2026 differs most: ARR −1.5k.'
    """
    ends = restated.groupby("period_end")[["arr_difference", "nrr_difference", "grr_difference"]].sum()
    differ = ends[(ends.abs() > 1e-12).any(axis=1)]
    if differ.empty:
        return f"All {count(len(ends), 'month-end')} read as before."
    most = int(differ["arr_difference"].abs().argmax())
    amount = money(differ["arr_difference"].iloc[most], sign=True)
    reads = "reads" if len(differ) == 1 else "read"
    return (
        f"Of {count(len(ends), 'month-end')} {len(differ)} {reads} otherwise now; "
        f"{month(differ.index[most])} differs most: ARR {amount}."
    )
