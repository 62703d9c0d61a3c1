"""Publishing in one step, CSVs beside the page, and the index over all runs."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from workahead.reports import publish
from workahead.reports.page import csvs
from workahead.reports.publish import building, place, point_latest, prune, read_runs, slug, write_run


def test_a_folder_takes_its_place_whole(tmp_path: Path) -> None:
    final = tmp_path / "monthly" / "2026-10"
    for text in ("first", "second"):
        with building(final) as place:
            (place / "index.html").write_text(text, encoding="utf-8")
            assert not final.exists() or (final / "index.html").read_text(encoding="utf-8") == "first"
        assert (final / "index.html").read_text(encoding="utf-8") == text
    assert [p.name for p in final.parent.iterdir()] == ["2026-10"]


def test_a_failure_while_building_leaves_what_was_there(tmp_path: Path) -> None:
    final = tmp_path / "2026-10"
    with building(final) as place:
        (place / "index.html").write_text("good", encoding="utf-8")

    def build_half() -> None:
        with building(final) as place:
            (place / "index.html").write_text("half", encoding="utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        build_half()
    assert (final / "index.html").read_text(encoding="utf-8") == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["2026-10"]


def test_formulas_are_neutral_in_csv_and_numbers_stay_numbers(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "Acme", " =x"]
    table = {"name": "t", "columns": ["=name", "arr"], "rows": [[text, -5.5] for text in texts]}
    assert csvs.write([table, table], tmp_path) == ["t", "t-2"]
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["'=name", "arr"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "Acme", "' =x"]
    assert {row[1] for row in rows[1:]} == {"-5.5"}


def test_a_half_written_run_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "monthly" / "2026-10").mkdir(parents=True)
    (tmp_path / "monthly" / "2026-10" / "run.json").write_text('{"report": ', encoding="utf-8")
    assert read_runs(tmp_path) == []


HOSTILE = [
    "../../etc/x",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "\N{PARTY POPPER}",
    "\N{SPARKLES}",
    "a" * 300,
    "a" * 301,
    "",
    "Latest",
    "Con",
    ".hidden",
    "2026-10",
    "2026-10.failed",
    "Ana",
    "ana",
    "ANA",
    "Ana Lima",
    "Ana-Lima",
]


def test_every_reader_has_a_folder_of_their_own_inside_the_report(tmp_path: Path) -> None:
    names = [slug(text) for text in HOSTILE]
    assert len({name.lower() for name in names}) == len(HOSTILE)
    for name in names:
        assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name)
        assert 0 < len(name) <= 60 + 1 + 8
        assert name not in {"latest", "con", "2026-10"}
    assert place(tmp_path, "csm_book", "2026-10", "Ana") == tmp_path / "csm_book" / "ana" / "2026-10"


def run(month: int, status: str) -> dict[str, Any]:
    """What publish reads of a run.json."""
    finished = f"2026-{month + 1:02d}-01T08:00:00+00:00"
    return {"period": {"end": f"2026-{month:02d}-28"}, "finished_at": finished, "status": status}


def a_page(folder: Path, month: int, status: str = "published") -> Path:
    final = folder / (f"2026-{month:02d}" + (".failed" if status == "failed" else ""))
    with building(final) as half:
        write_run(half, run(month, status))
        (half / "index.html").write_text(f"month {month}", encoding="utf-8")
    return final


def test_latest_is_the_newest_period_that_is_good_whatever_ran_last(tmp_path: Path) -> None:
    for month, status, newest in (
        (8, "published", 8),
        (10, "published", 10),
        (9, "published", 10),
        (11, "failed", 10),
    ):
        a_page(tmp_path / "monthly", month, status)
        point_latest(tmp_path / "monthly")
        assert (tmp_path / "monthly/latest/index.html").read_text() == f"month {newest}"
    assert (tmp_path / "monthly/latest").readlink() == Path("2026-10")


def test_latest_leads_on_where_links_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(os, "symlink", refused)
    a_page(tmp_path, 10)
    point_latest(tmp_path)
    assert 'href="../2026-10/index.html"' in (tmp_path / "latest" / "index.html").read_text()


def test_old_periods_go_and_latest_stays(tmp_path: Path) -> None:
    for month in (7, 8, 9, 10):
        a_page(tmp_path, month)
    for month in (6, 7, 10):  # June never had a good page
        a_page(tmp_path, month, "failed")
    point_latest(tmp_path)
    assert prune(tmp_path, None) == prune(tmp_path, 5) == []
    assert sorted(prune(tmp_path, 2)) == ["2026-06.failed", "2026-07", "2026-07.failed", "2026-08"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2026-09", "2026-10", "2026-10.failed", "latest"]
    assert (tmp_path / "latest" / "index.html").is_file()


def test_runs_are_read_in_both_layouts_once_each(tmp_path: Path) -> None:
    for folder in (tmp_path / "monthly", tmp_path / "csm_book" / "ana"):
        a_page(folder, 10)
        point_latest(folder)
    (tmp_path / "csm_book" / "ana" / ".2026-10.0123abcd").mkdir()
    (tmp_path / "csm_book" / "ana" / ".2026-10.0123abcd" / "run.json").write_text(
        json.dumps(run(10, "published"))
    )
    assert [one["folder"] for one in read_runs(tmp_path)] == ["csm_book/ana/2026-10", "monthly/2026-10"]


def test_what_killed_runs_left_is_cleaned_and_an_old_page_put_back(tmp_path: Path) -> None:
    ana = tmp_path / "csm_book" / "ana"
    a_page(ana, 9)
    a_page(ana, 10).rename(ana / ".2026-10.old.0123abcd")
    (ana / ".2026-11.0123abcd").mkdir()
    (ana / ".latest.0123abcd").symlink_to("2026-09")
    (ana / "2026-09" / ".deliveries.json.0123abcd").write_text("{")
    publish.clean(tmp_path, "csm_book")
    assert sorted(p.name for p in ana.iterdir()) == ["2026-09", "2026-10"]
    assert (ana / "2026-10" / "index.html").read_text() == "month 10"
