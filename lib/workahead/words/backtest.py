"""How good the projection itself was, against what anyone could have said without it."""

from __future__ import annotations

import pandas as pd

from workahead.words.numbers import count, percent, points

MODEL = "workahead"
BASELINES = {
    "last_year": "last year's GRR",
    "segment_rate": "the segments' renewal rates",
    "fixed_percent": "fixed percentages by category",
    "csm_calls": "the CSMs' own calls",
}


def backtest_sentence(backtest: pd.DataFrame) -> str:
    """The mean absolute error of the projection and of the best baseline, and how often the range held.

    ``backtest`` is a table of ``wa.backtest``. Each baseline is compared over the quarters that it has too.
    """
    known = backtest.dropna(subset=["error"])
    mine = known[known["model"] == MODEL].set_index("period_end")
    if mine.empty:
        return "No past quarter has enough history behind it to try the projection on."
    own = float(mine["error"].abs().mean())
    quarters = count(len(mine), "quarter")
    said = f"Over {quarters} the projection of GRR was {points(own)} off on average"
    ranged = mine.dropna(subset=["low", "high"])
    inside = int(ranged["actual"].between(ranged["low"], ranged["high"]).sum())
    held = f"{count(inside)} of {count(len(ranged), 'quarter')} came inside the range"
    others = known[(known["model"] != MODEL) & known["period_end"].isin(mine.index)]
    if others.empty:
        return f"{said}; {held}."
    sizes = others["model"].value_counts()
    others = others[others["model"].isin(sizes[sizes == sizes.max()].index)]
    errors = others["error"].abs().groupby(others["model"]).mean().sort_values(kind="stable")
    best, off = str(errors.index[0]), float(errors.iloc[0])
    shared = mine[mine.index.isin(others["period_end"])]
    own = float(shared["error"].abs().mean())
    name = BASELINES.get(best, best.replace("_", " "))
    few = "" if len(shared) == len(mine) else f" over the {count(len(shared), 'quarter')} that both have"
    if points(off) == points(own):
        return f"{said}, no better than {name}{few}; {held}."
    if off < own:
        return f"{said}, and {name} would have been nearer, at {points(off)}{few}; {held}."
    less = percent(1 - own / off, 0)
    return f"{said}{few}, {less} less than the best of the others ({name}, {points(off)}); {held}."
