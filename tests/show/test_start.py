"""What the start notebook says: what is loaded, and what each notebook answers by its own first cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workahead import show
from workahead.book.snapshot import open_snapshot
from workahead.errors import SnapshotError


def write(folder: Path, name: str, *sources: str) -> None:
    cells = [{"cell_type": "markdown", "source": source.splitlines(keepends=True)} for source in sources]
    (folder / name).write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_every_notebook_is_listed_by_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "renewals.ipynb", "# What comes up\n\nWhat is due, e.g. soon. More of it.\n\nNot this.")
    write(tmp_path, "a b.ipynb", "# <b>Bold</b> & `plan.yml`\n\nIs it *so*?\nYes.")
    write(tmp_path, "untitled.ipynb")
    write(tmp_path, "start.ipynb", "# Start\n\nNot listed.")
    (tmp_path / "broken.ipynb").write_text("not JSON", encoding="utf-8")
    told = show.contents(tmp_path)
    assert [(one["title"], one["answers"], one["href"]) for one in told.data["notebooks"]] == [
        ("<b>Bold</b> & `plan.yml`", "Is it *so*?", "a%20b.ipynb"),
        ("Broken", "", "broken.ipynb"),
        ("Untitled", "", "untitled.ipynb"),
        ("What comes up", "What is due, e.g. soon.", "renewals.ipynb"),
    ]
    assert "<b>" not in told.html
    assert "<em>so</em>" in told.html


def test_links_lead_from_where_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "own").mkdir()
    write(tmp_path / "notebooks", "retention.ipynb", "# Retention")
    (tmp_path / "workbench.yml").touch()
    monkeypatch.chdir(tmp_path / "own")
    assert 'href="../notebooks/retention.ipynb"' in show.contents().html


def test_what_is_loaded_is_counted(small_project: Path) -> None:
    """7 accounts, of which Alder, Cedar, =1+1, Elm & Sons and Fir have ARR at the close of October: 380k."""
    figures, found, _, tables = show.loaded(
        open_snapshot(small_project / "data" / "snapshots" / "2026-10-31")
    )
    said = {card["label"]: card["value"] for card in figures.data["cards"]}
    assert said == {"Accounts": 7, "With ARR": 5, "ARR": 380_000, "Findings": 0, "Rows set aside": 0}
    assert "found nothing" in str(found)
    rows = {table: rows for table, rows, _ in tables.data["rows"]}
    assert rows["subscriptions"] == 9
    assert rows["forecast calls"] is None
    assert "not loaded" in tables.data["title"]


def test_nothing_loaded_is_one_message_in_a_notebook(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError) as nothing:
        open_snapshot(tmp_path / "latest")
    (said,) = nothing.value._render_traceback_()
    assert said == f"nothing is loaded yet: there is no snapshot in {tmp_path}. Make one: workahead load"


def test_lab_knows_the_colours_that_differ_in_the_dark() -> None:
    from workahead.charts.theme import ACCENT, GRID, TEXT
    from workahead.show.shown import Shown

    style = Shown("note", "", "", {})._repr_mimebundle_()["text/html"]
    for colour in (TEXT, GRID, ACCENT):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert f"fill: rgb({red}, {green}, {blue})" in style
        assert f"stroke: rgb({red}, {green}, {blue})" in style
