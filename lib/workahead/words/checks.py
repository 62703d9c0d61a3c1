"""What loading kept and set aside, and what the data check found, in a sentence."""

from __future__ import annotations

import pandas as pd

from workahead.words.grammar import capital, listed
from workahead.words.numbers import count, money

WEIGHTS = ("high", "medium", "low")


def check_sentence(reconciliation: pd.DataFrame, findings: pd.DataFrame, currency: str | None = None) -> str:
    """Rows and ARR kept and set aside, and the findings by weight."""
    return f"{kept_sentence(reconciliation, currency)} {findings_sentence(findings)}"


def kept_sentence(reconciliation: pd.DataFrame, currency: str | None = None) -> str:
    """What became of the rows of the exports.

    ``reconciliation`` is ``book.reconciliation``: rows read = kept + set aside, the same for ARR.
    """
    if reconciliation.empty:
        return "This book was made from tables in memory: no export was read."
    read, kept, aside = (int(reconciliation[c].sum()) for c in ("rows_read", "kept", "set_aside"))
    files = count(reconciliation["file"].nunique(), "file")
    if not aside:
        return f"All {count(read, 'row')} of {files} {'was' if read == 1 else 'were'} kept."
    lost = float(reconciliation["arr_read"].sum() - reconciliation["arr_kept"].sum())
    amount = f", with {money(lost, currency)} of ARR" if round(lost, 2) > 0 else ", none with ARR"
    verb = "was" if aside == 1 else "were"
    became = f"{count(kept)} were kept and {count(aside)} {verb} set aside{amount}"
    return f"Of {count(read, 'row')} in {files}, {became}."


def findings_sentence(findings: pd.DataFrame) -> str:
    """How many findings of each weight, and the heaviest in its own words."""
    if findings.empty:
        return "The data check found nothing."
    by_weight = findings["weight"].value_counts()
    parts = [f"{count(by_weight[w])} of {w} weight" for w in WEIGHTS if by_weight.get(w, 0)]
    order = findings["weight"].map({w: i for i, w in enumerate(WEIGHTS)})
    heaviest = (
        findings.assign(order=order)
        .sort_values(["order", "arr"], ascending=[True, False], kind="stable")
        .iloc[0]
    )
    first = str(heaviest["finding"]).strip().rstrip(".")
    first = first if "." in first.partition(" ")[0] else capital(first)  # a file keeps its name
    if len(findings) == 1:
        return f"The data check has one finding, of {heaviest['weight']} weight: {first}."
    return f"The data check has {count(len(findings), 'finding')}, {listed(parts)}. First: {first}."
