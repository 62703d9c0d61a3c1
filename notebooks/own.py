"""Metrics, charts and sentences of our own: how much of ARR hangs on the largest customers."""

import pandas as pd
import workahead as wa
from workahead import words
from workahead.charts.theme import ACCENT, figure, nothing, numbers, percent_axis


def concentration(book, end, largest=10, months=24):
    """ARR at each month-end, that of the largest customers, and its share."""
    rows = []
    for day in pd.date_range(end=end, periods=months, freq="ME"):
        arr = wa.arr(book, day, by="account_id")["arr"]
        rows.append((day, round(arr.sum(), 2), round(arr.nlargest(largest).sum(), 2)))
    table = pd.DataFrame(rows, columns=["period_end", "arr", "largest_arr"])
    return table.assign(share=table["largest_arr"] / table["arr"].where(table["arr"] > 0))


def concentration_sentence(table, largest=10):
    """The share now, and how it has moved."""
    known = table.dropna(subset=["share"])
    if known.empty:
        return "There is no ARR to hang on anybody."
    first, last = known.iloc[0], known.iloc[-1]
    change = words.points(last["share"] - first["share"], sign=True)
    return (
        f"The {words.count(largest)} largest customers hold {words.percent(last['share'])} of ARR at the end "
        f"of {words.month(last['period_end'])}: {change} since {words.month(first['period_end'])}."
    )


def concentration_over_time(table, largest=10):
    """The share of the largest customers at each month-end."""
    name, title = "concentration", f"Share of ARR of the {words.count(largest)} largest customers"
    known = table.dropna(subset=["share"])
    if known.empty:
        return nothing(name, title)
    fig = figure(name, title, concentration_sentence(table, largest), height=220)
    fig.add_scatter(
        x=known["period_end"].dt.strftime("%Y-%m-%d").tolist(),
        y=numbers(known["share"]),
        mode="lines+markers" if len(known) < 3 else "lines",
        line={"color": ACCENT, "width": 2.5},
        hovertemplate="%{x|%B %Y}: %{y:.1%}<extra></extra>",
    )
    fig.update_yaxes(percent_axis(rangemode="tozero"))
    return fig
