"""benchmarks.yml: what is shipped, a project's own, and every fault at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import workahead as wa
from workahead.sources.benchmarks import project_benchmarks

OWN = """\
benchmarks:
  - metric: grr
    value: 0.93
    cut: our investor's companies, 2025
    source: Grove Partners
    year: 2026
    link: https://grove.example/benchmarks
    fits: {where: {segment: Enterprise}, months: 6}
"""


def test_every_shipped_one_says_of_whom_by_whom_when_and_where(tmp_path: Path) -> None:
    shipped = project_benchmarks(tmp_path)
    assert {(one.metric, one.value, one.source, one.year) for one in shipped} == {
        ("nrr", 1.01, "Benchmarkit", 2025),
        ("grr", 0.87, "KBCM survey", 2019),
    }
    assert all(one.link.startswith("https://") and one.cut for one in shipped)
    assert [one.fits.arr_from for one in shipped] == [None, 5_000_000]


def test_a_project_s_own_stand_beside_them(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.yml").write_text(OWN, encoding="utf-8")
    *shipped, own = project_benchmarks(tmp_path)
    assert len(shipped) == 2
    assert (own.value, own.fits.where, own.fits.months) == (0.93, {"segment": ("Enterprise",)}, 6)


def test_every_fault_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.yml").write_text(
        "benchmarks:\n"
        "  - {metric: ndr, value: 101, cut: all, source: A, year: 2025, link: https://a.example}\n"
        "  - {metric: nrr, valeu: 1.01, cut: all, source: A, year: soon, link: on paper}\n"
        "  - metric: grr\n"
        "    value: 0.9\n"
        "    cut: all\n"
        "    source: A\n"
        "    year: 2025\n"
        "    link: https://a.example\n"
        "    fits: {arr_from: 10, arr_to: 5, arr: 3, currency: dollars}\n"
        "  - {metric: grr, value: 0.9, cut: all, source: A, year: 2025, link: https://a.example,\n"
        "     fits: {arr_from: 10, arr_to: 5}}\n",
        encoding="utf-8",
    )
    with pytest.raises(wa.ConfigError) as refused:
        project_benchmarks(tmp_path)
    for said in (
        "holds 9 faults",
        "line 2: benchmarks[1].metric: 'ndr' is none of: nrr, grr. Did you mean 'nrr'?",
        "line 2: benchmarks[1].value: a fraction, 1.01 for 101% (it says '101')",
        "line 3: benchmarks[2].value: this key is missing",
        "line 3: benchmarks[2].valeu: unknown key 'valeu'. Did you mean 'value'?",
        "line 3: benchmarks[2].year:",
        "line 3: benchmarks[2].link: an address such as https://example.com/report (it says 'on paper')",
        "line 10: benchmarks[3].fits.arr: unknown key 'arr'. Did you mean 'arr_to'?",
        "line 10: benchmarks[3].fits.currency:",
        "line 12: benchmarks[4].fits: no ARR fits: arr_to must be larger than arr_from",
    ):
        assert said in str(refused.value)
