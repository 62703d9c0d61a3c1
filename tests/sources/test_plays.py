"""plays.yml: what it may say, every fault at once with its line, and how it reaches a Book."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import workahead as wa
from workahead.book.plays import NEEDS, default_plays
from workahead.sources.plays import project_plays, read_plays

ROOT = Path(__file__).parents[2]
SMALL = """\
call_due_months: 2
call_due_by_segment: {Public Sector: 9}
plays:
  - {window: 0-3, segment: SMB, must: called, next_step: Call}
root_causes: {Weather: no, Price: yes, Unknown: }
"""
WORKBENCH = """\
as_of: 2026-10-31
exports: [{table: subscriptions, file: contracts.csv, kind: table}]
"""
CONTRACTS = "subscription_id,account_id,start_date,end_date,arr\nS1,A,2026-01-01,2026-12-31,100\n"


def test_the_file_at_the_root_says_what_holds_without_one() -> None:
    assert (ROOT / "plays.yml").read_bytes() == (ROOT / "lib/workahead/book/plays.yml").read_bytes()
    assert read_plays(ROOT / "plays.yml") == default_plays()


def test_the_default_asks_for_everything_that_can_be_asked_for() -> None:
    assert {play.must for play in default_plays().plays} == set(NEEDS)


def test_a_small_file(tmp_path: Path) -> None:
    (tmp_path / "plays.yml").write_text(SMALL, encoding="utf-8")
    plays = project_plays(tmp_path)
    assert plays
    assert (plays.call_months("Public Sector"), plays.call_months("SMB"), plays.call_months(None)) == (
        9,
        2,
        2,
    )
    assert plays.plays[0].segment == ("SMB",)
    assert plays.plays[0].months == (0, 3)
    assert plays.root_causes == {"Weather": False, "Price": True, "Unknown": None}


def test_every_fault_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "plays.yml"
    path.write_text(
        "call_due_months: soon\n"
        "decision_maker_day: 60\n"
        "plays:\n"
        "  - {window: 6-3, must: called, next_step: Call}\n"
        "  - {window: later, must: caled, next_step: Call}\n"
        "  - {window: overdue, tier: gold, must: settled}\n"
        "root_causes: {Price: maybe}\n",
        encoding="utf-8",
    )
    with pytest.raises(wa.ConfigError) as refused:
        read_plays(path)
    text = str(refused.value)
    assert "holds 8 faults" in text
    for said in (
        "line 1: call_due_months:",
        "line 2: decision_maker_day: unknown key 'decision_maker_day'. Did you mean 'decision_maker_days'?",
        "line 4: plays[1].window: '6-3' is an empty window",
        "line 5: plays[2].window: 'later' is no window; write overdue, or months to renewal as 3-6",
        "line 5: plays[2].must: 'caled' is none of: settled, called,",
        "Did you mean 'called'?",
        "line 6: plays[3].tier[1]: 'gold' is none of: key, high_potential, standard.",
        "line 6: plays[3].next_step: this key is missing",
        "line 7: root_causes.Price:",
    ):
        assert said in text


def test_a_key_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "plays.yml"
    path.write_text(SMALL + "call_due_months: 3\n", encoding="utf-8")
    with pytest.raises(wa.ConfigError, match=r"line 6: the key 'call_due_months' stands twice"):
        read_plays(path)


@pytest.mark.parametrize("text", ["", "- a list", "plays: [", "\x00"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plays.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(wa.ConfigError, match=r"plays\.yml"):
        read_plays(path)


def test_a_load_files_the_plays_and_loads_again_when_they_change(tmp_path: Path) -> None:
    (tmp_path / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
    (tmp_path / "contracts.csv").write_text(CONTRACTS, encoding="utf-8")
    assert wa.load(tmp_path / "workbench.yml").plays == default_plays()
    (tmp_path / "plays.yml").write_text(SMALL, encoding="utf-8")
    book = wa.load(tmp_path / "workbench.yml")
    assert book.plays.call_due_months == 2
    assert book.folder
    assert wa.Book.open(book.folder).plays == book.plays
    assert book.redefine(late_renewal_days=0).plays == book.plays
    (tmp_path / "plays.yml").write_text("plays: 3\n", encoding="utf-8")
    with pytest.raises(wa.ConfigError, match="root_causes: this key is missing"):
        wa.load(tmp_path / "workbench.yml")
    assert wa.Book.open(book.folder).plays == book.plays


def test_a_book_of_frames_takes_plays(tmp_path: Path) -> None:
    (tmp_path / "plays.yml").write_text(SMALL, encoding="utf-8")
    contracts = pd.DataFrame(
        {"subscription_id": ["S"], "account_id": ["A"], "start_date": ["2026-01-01"], "arr": [1.0]}
    )
    plays = project_plays(tmp_path)
    book = wa.Book.from_frames("2026-10-31", contracts, plays=plays)
    assert book.plays == plays
    assert wa.Book.from_frames("2026-10-31", contracts).plays == default_plays()


def test_the_scoreboard_is_the_file_s_own_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "plays.yml"
    path.write_text(SMALL + "scoreboard: {asked: 3, calls_on_time: 0.75}\n", encoding="utf-8")
    assert dict(read_plays(path).scoreboard) == {"asked": 3, "calls_on_time": 0.75}
    path.write_text(SMALL, encoding="utf-8")
    assert read_plays(path).scoreboard == read_plays(ROOT / "plays.yml").scoreboard
    path.write_text(SMALL + "scoreboard:\n  csql: 3\n  asked: 0\n  csqls: many\n", encoding="utf-8")
    with pytest.raises(wa.ConfigError) as refused:
        read_plays(path)
    for said in (
        "holds 3 faults",
        "line 7: scoreboard.csql: 'csql' is none of: csqls, calls_on_time, decision_makers,",
        "Did you mean 'csqls'?",
        "line 8: scoreboard.asked: input should be greater than 0 (it says '0')",
        "line 9: scoreboard.csqls:",
    ):
        assert said in str(refused.value)
    path.write_text(SMALL + "scoreboard: {calls_on_time: 90}\n", encoding="utf-8")
    with pytest.raises(
        wa.ConfigError, match=r"a share's goal is at most 1, 0\.9 for 90%: calls_on_time \(90\)"
    ):
        read_plays(path)
    path.write_text(SMALL + "scoreboard: {}\n", encoding="utf-8")
    with pytest.raises(wa.ConfigError, match="scoreboard"):
        read_plays(path)
