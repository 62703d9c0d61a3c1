"""A section whose table is missing says so, and the page goes on; anything else stops it."""

from pathlib import Path

import pytest
import workahead as wa
from contracts import book
from workahead import show


def test_a_missing_table_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    one = book("2026-10-31", ("S1", "A", "2026-01-01", None, 100))
    with show.section():
        wa.forecast_accuracy(one)
    assert capsys.readouterr().out.strip() == (
        "This needs forecast calls, which this book does not have. They usually come from a Renewal Call object, the "
        "field history of renewal opportunities, or a forecast sheet."
    )


def test_a_missing_file_is_said_by_its_name_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with show.section():
        wa.comp_plan(tmp_path / "plan.yml")
    said = capsys.readouterr().out.strip()
    assert said == "This needs the file plan.yml, which this project does not have."


def test_any_other_error_stops_the_page() -> None:
    with pytest.raises(wa.UnknownName), show.section():
        book("2026-10-31", ("S1", "A", "2026-01-01", None, 100)).by("segmnt")
