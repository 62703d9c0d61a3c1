"""Data and results that others made, read in place from ../shared/golden; without it these tests are skipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest
import workahead as wa

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.golden)
            item.add_marker(pytest.mark.skipif(not GOLDEN.is_dir(), reason="../shared/golden is absent"))


@pytest.fixture(scope="session")
def golden() -> Path:
    return GOLDEN


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., wa.Book]:
    """The book of a workbench.yml (GOLDEN in it is the folder of golden cases), beside files of a test's own."""

    def load_all(workbench: str, **files: str) -> wa.Book:
        folder = tmp_path_factory.mktemp("golden")
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        path = folder / "workbench.yml"
        path.write_text(dedent(workbench).replace("GOLDEN", str(GOLDEN)), encoding="utf-8")
        return wa.load(path)

    return load_all


@pytest.fixture(scope="session")
def saasops_bridge() -> Callable[[str], pd.DataFrame]:
    """A monthly bridge as saasops 0.1.1 computed it, by month-end, in our column names."""

    def read(name: str) -> pd.DataFrame:
        frame = pd.read_csv(GOLDEN / "saasops" / f"{name}_arr_change_saasops_0_1_1.csv")
        month_ends = pd.to_datetime(frame.iloc[:, 0], format="%b %Y") + pd.offsets.MonthEnd(0)
        frame = frame.set_index(month_ends.rename("period_end"))
        names = {
            "Beginning ARR": "starting", "New": "new", "Expansion": "expansion", "Contraction": "contraction",
            "Churn": "churn", "Ending ARR": "ending",
        }  # fmt: skip
        return frame.rename(columns=names)[list(names.values())].astype("float64")

    return read
