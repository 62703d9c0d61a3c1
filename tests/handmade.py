"""A page made by hand, small enough to know every value on it: two charts, two tables, key figures, hostile names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from workahead import show
from workahead.charts.theme import figure, label
from workahead.reports.page.links import account_pages
from workahead.reports.page.page import page, story
from workahead.reports.publish import home

HOSTILE = "</script><img src=x onerror=alert(1)>"
ACCOUNTS = pd.DataFrame(
    {
        "account": ["Birch", "alder", HOSTILE, "=1+1"],
        "arr": [1234.5, -5.0, float("nan"), 20_000.0],
        "nrr": [1.02, 0.9, 1.0, 0.955],
        "renewal_date": pd.to_datetime(["2026-12-31", None, "2027-01-15", "2026-11-30"]),
        "cohort": pd.to_datetime(["2026-02-01", "2025-11-01", "2026-01-01", "2024-12-01"]),
        "account_id": ["A1", "A2", HOSTILE, "A4"],
    }
)


def bars() -> Any:
    """Two groups at two places; the second place is called as the hostile account."""
    fig = figure("by_account", f"ARR of {HOSTILE} & Co", "Two bars.", height=200)
    names = ["Birch", label(HOSTILE)]
    for group, values in (("Now", [10.5, 20]), ("=Then", [5, None])):
        fig.add_bar(
            name=group, x=[0, 1], y=values, marker_color="#12876f",
            customdata=[[name, f"{value:,.2f}" if value else "n/a"] for name, value in zip(names, values, strict=True)],
            hovertemplate=group + ", %{customdata[0]}: %{customdata[1]}<extra></extra>",
        )  # fmt: skip
    fig.add_scatter(x=[0, 1], y=[1, 1], hoverinfo="skip", mode="lines")
    fig.update_xaxes(tickvals=[0], ticktext=["Birch"])
    return fig


def squares() -> Any:
    """Two by two, one of which has not happened."""
    fig = figure("squares", "Squares", "A square.", height=200)
    fig.add_heatmap(
        x=[0, 1],
        y=["Q1", "Q2"],
        z=[[1.0, 0.5], [0.25, None]],
        hovertemplate="%{y}, %{x}: %{z:.0%}<extra></extra>",
    )
    return fig


def notebook() -> Any:
    """The page's notebook, as it would be after a run."""
    cards = [
        show.Card(
            "NRR", 1.02, change=-0.01, good="up", note="since Sep", how="nrr", rows_behind=4, rows="accounts"
        ),
        show.Card("ARR", 21_229.5, kind="money", how="arr", rows_behind=3, rows="nowhere"),
    ]
    cells = [
        _code(show.cards(cards, "USD"), show.finding("NRR fell.")),
        _text("## First"),
        _code(bars(), show.table(ACCOUNTS, "Accounts", name="accounts", account="account_id", how="arr")),
        _text("## Second"),
        _code(squares()),
        _text("## Third"),
        _code(show.table(pd.DataFrame({"n": range(60)}), "Many", name="many")),
        _code(show.finding("Birch has grown."), tags=["what-changed"]),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def make(out: Path, bundle: Any, shared: bool = False) -> Path:
    """The page below ``out``, where account A1 has a page of its own; returns its path."""
    folder = out / "book" / "ana" / "2026-10"
    folder.mkdir(parents=True, exist_ok=True)
    review = home(out, "account_review", "A1") / "latest"
    review.mkdir(parents=True, exist_ok=True)
    (review / "index.html").write_text("<h1>Birch</h1>", encoding="utf-8")
    ran = notebook()
    way = f"../../../assets/{bundle.share(out).name}" if shared else None
    html = page(ran, story(ran), "Ana’s book", bundle, shared=way, accounts=account_pages(out, folder))
    (folder / "index.html").write_text(html, encoding="utf-8")
    return folder / "index.html"


def _text(source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source)


def _code(*things: Any, tags: list[str] | None = None) -> Any:
    outputs = [
        nbformat.v4.new_output("display_data", data=one._repr_mimebundle_())
        if hasattr(one, "kind")
        else nbformat.v4.new_output(
            "display_data", data={"application/vnd.plotly.v1+json": one.to_plotly_json()}
        )
        for one in things
    ]
    return nbformat.v4.new_code_cell("", outputs=outputs, metadata={"tags": tags or []})
