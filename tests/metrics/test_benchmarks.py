"""A published line stands beside a book that is like the companies it was taken from, and beside no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import workahead as wa
from workahead.sources.benchmarks import project_benchmarks

WORKBENCH = "exports: [{table: subscriptions, file: contracts.csv, kind: table, date_format: yyyy-mm-dd}]\n"
CONTRACTS = "subscription_id,account_id,start_date,end_date,arr\nS1,A,2025-01-01,,1000\n"
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


def test_a_project_s_own_for_a_part_of_the_book(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.yml").write_text(TWO, encoding="utf-8")
    own = [one.model_dump(mode="json") for one in project_benchmarks(tmp_path)]
    book, larger = of(1_500_000, "EUR"), of(2_000_000, "EUR")
    for one in (book, larger):
        one.manifest = {**one.manifest, "benchmarks": own}
    assert shown(book) == ["Benchmarkit"]
    assert shown(book, months=6) == ["B"]
    assert shown(larger, months=6) == []
    assert shown(book.where(segment=["Enterprise", "SMB"])) == ["A"]
    assert shown(book.where(segment="Enterprise")) == []


def test_a_snapshot_keeps_what_was_known_when_it_was_filed(tmp_path: Path) -> None:
    (tmp_path / "contracts.csv").write_text(CONTRACTS, encoding="utf-8")
    (tmp_path / "workbench.yml").write_text(WORKBENCH, encoding="utf-8")
    file = tmp_path / "benchmarks.yml"
    old = wa.load(tmp_path / "workbench.yml", "2026-09-30")
    file.write_text(TWO.replace("EUR", "USD"), encoding="utf-8")
    new = wa.load(tmp_path / "workbench.yml", "2026-10-31")
    assert old.folder is not None
    assert new.folder is not None
    assert shown(new, months=6) == shown(new.redefine(late_renewal_days=0), months=6) == ["B"]
    assert shown(wa.Book.open(old.folder), months=6) == []
    file.write_text("benchmarks: [{metric: ndr}]\n", encoding="utf-8")
    assert shown(wa.Book.open(new.folder), months=6) == ["B"]
    with pytest.raises(wa.ConfigError, match=r"'ndr' is none of: nrr, grr(.|\n)*value: this key is missing"):
        wa.load(tmp_path / "workbench.yml", "2026-10-31")
    file.unlink()
    assert shown(wa.load(tmp_path / "workbench.yml", "2026-10-31"), months=6) == []


def test_a_snapshot_of_before_has_the_shipped_ones() -> None:
    book = of(9_000_000)
    assert "benchmarks" not in book.manifest
    assert shown(book) == ["Benchmarkit", "KBCM survey"]
    book.manifest = {**book.manifest, "benchmarks": []}
    assert shown(book) == []
