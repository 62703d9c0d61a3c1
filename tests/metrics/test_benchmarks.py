"""A published line stands beside a book that is like the companies it was taken from, and beside no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import workahead as wa

TWO = """\
benchmarks:
  - {metric: grr, value: 0.93, cut: Enterprise, source: A, year: 2026, link: https://a.example,
     fits: {where: {segment: [SMB, Enterprise]}}}
  - {metric: nrr, value: 1.1, cut: small, source: B, year: 2026, link: https://b.example,
     fits: {arr_to: 2000000, currency: EUR, months: 6}}
"""


def of(arr: float, currency: str = "USD") -> wa.Book:
    contracts = pd.DataFrame(
        {"subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "start_date": ["2025-01-01"] * 2}
    ).assign(arr=[arr - 1, 1.0])
    accounts = pd.DataFrame({"account_id": ["A", "B"], "segment": ["Enterprise", "SMB"]})
    return wa.Book.from_frames("2026-10-31", contracts, accounts=accounts, currency=currency)


def shown(book: wa.Book, months: int = 12) -> list[str]:
    return wa.benchmarks(book, months)["source"].tolist()


def test_arr_decides() -> None:
    assert shown(of(5_000_000)) == ["Benchmarkit", "KBCM survey"]
    assert shown(of(4_999_999)) == ["Benchmarkit"]


def test_another_window_or_a_part_of_the_book_has_none() -> None:
    book = of(9_000_000)
    assert shown(book, months=3) == []
    nothing = wa.benchmarks(book.where(segment="Enterprise"))
    assert nothing.empty
    assert nothing.columns.tolist() == ["metric", "value", "about", "cut", "source", "year", "link"]


def test_bounds_in_another_currency_need_its_rate() -> None:
    book = of(9_000_000, "EUR")
    assert shown(book) == ["Benchmarkit"]  # nobody says what 5M USD are
    book.manifest = {**book.manifest, "rates": {"USD": 0.9}}
    assert shown(book) == ["Benchmarkit", "KBCM survey"]
    book.manifest = {**book.manifest, "rates": {"USD": 2}}  # 5M USD are 10M EUR
    assert shown(book) == ["Benchmarkit"]


def test_a_project_s_own_for_a_part_of_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workbench.yml").touch()
    (tmp_path / "benchmarks.yml").write_text(TWO, encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    book = of(1_500_000, "EUR")
    assert shown(book) == ["Benchmarkit"]
    assert shown(book, months=6) == ["B"]
    assert shown(of(2_000_000, "EUR"), months=6) == []
    assert shown(book.where(segment=["Enterprise", "SMB"])) == ["A"]
    assert shown(book.where(segment="Enterprise")) == []
