"""The forecast panel: what-ifs move GRR as the line says, and behind each part stand its renewals.

L has 600 without an end; O0 and O1 have 100 each, due on 1 August 2026: O0 (Ana's) is called commit, O1 (Bo's) is not.
"""

from __future__ import annotations

import pandas as pd
import pytest
import workahead as wa
from projecting import ahead, book_of, calls
from workahead import explore
from workahead.errors import UnknownName
from workahead.explore.view import Point

LASTING = ("L", "L", "2024-01-01", None, 600.0, None, "Core", "active")
ACCOUNTS = pd.DataFrame(
    {
        "account_id": ["L", "O0", "O1"],
        "name": ["Larch", "=Oak", "Oak"],
        "csm": ["Ana", "Ana", "Bo"],
    }
)
NEXT = pd.Timestamp("2026-09-30")


@pytest.fixture(scope="module")
def book() -> wa.Book:
    called = calls(ahead(1), "Ana", "commit", on="2026-06-01")
    return book_of([LASTING, *ahead(2)], accounts=ACCOUNTS, forecast_calls=called)


@pytest.fixture
def panel(book: wa.Book) -> explore.panel.Panel:
    return explore.forecast(book)


def again(panel: explore.panel.Panel, book: wa.Book) -> pd.DataFrame:
    return eval(panel.line, {"wa": wa, "book": book})


def test_the_line_gives_the_table_of_the_panel(panel: explore.panel.Panel, book: wa.Book) -> None:
    assert panel.line == (
        'wa.project_retention(book, start="2025-09-30", end="2026-09-30", simulations=4000)'
    )
    assert panel.command == "workahead report forecast --period 2026-09"
    for setting in (
        {"probabilities": {"commit": 0.5}},
        {"saved": ["O1"]},
        {"by": "csm"},
        {"probabilities": {"commit": 0.5, "uncalled": 0.0}, "end": pd.Timestamp("2027-03-31")},
    ):
        panel.set(**setting)
        assert panel.message == ""
        assert panel.command.startswith("workahead report what_if --period 20")
        pd.testing.assert_frame_equal(panel.table, again(panel, book))
    panel.filter(csm=["Bo"])
    pd.testing.assert_frame_equal(panel.table, again(panel, book))


def test_what_is_set_is_what_comes_out(panel: explore.panel.Panel) -> None:
    panel.set(probabilities={"commit": 0, "uncalled": 0}, saved=["O1"])
    assert panel.table.loc[0, ["starting_arr", "grr_low", "grr", "grr_high"]].tolist() == [
        800,
        *[700 / 800] * 3,
    ]
    assert panel._view.finding.startswith("GRR would land at 87.5%, ")
    panel.set(probabilities={}, saved=[])
    assert panel._view.finding.startswith("GRR will land at ")


def test_the_sliders_and_the_field_do_what_set_does(panel: explore.panel.Panel) -> None:
    chances, saved = panel._settings["probabilities"], panel._settings["saved"]
    assert list(chances._sliders) == ["commit", "uncalled"]
    chances._sliders["commit"].value = 0.5
    assert chances.value == {"commit": 0.5}
    assert 'probabilities={"commit": 0.5}' in panel.line
    saved._typed.value = "oak"
    assert sorted(saved.value) == ["O0", "O1"], "what is typed adds all whose names contain it"
    panel.set(saved=["O0"])
    assert saved.chosen == ["=Oak"]
    with pytest.raises(UnknownName, match="account with a renewal ahead 'L'"):
        panel.set(saved=["L"])


def test_the_renewals_of_a_part_add_up_to_it(panel: explore.panel.Panel, book: wa.Book) -> None:
    panel.set(probabilities={"commit": 0.5})
    parts = dict(panel._view.parts)
    assert list(parts) == ["All open renewals", "Commit", "Not called"]
    for chosen, open_arr in (("All open renewals", 200), ("Commit", 100), ("Not called", 100)):
        rows = panel._view.accounts(parts[chosen])
        assert rows["due_arr"].sum() == open_arr
    every = panel._view.accounts(parts["All open renewals"])
    assert every["expected_arr"].sum() == pytest.approx(panel.table.loc[0, "expected_renewed_arr"])
    commit = panel._view.accounts(parts["Commit"]).iloc[0]
    assert commit["probability"] == 0.5
    assert commit["as_forecast"] == wa.renewal_probabilities(book).set_index("subscription_id").loc[
        "O0", "probability"
    ].round(4)
    panel.set(by="csm")
    for row in panel.table.to_dict("records"):
        rows = panel._view.accounts(panel._view.parts[row["csm"]])
        assert rows["due_arr"].sum() == row["open_arr"]
        assert rows["expected_arr"].sum() == pytest.approx(row["expected_renewed_arr"])


def test_a_click_opens_the_renewals_of_its_group(panel: explore.panel.Panel) -> None:
    panel.set(by="csm", probabilities={"commit": 0.9, "uncalled": 0.1})
    panel._clicked(Point(3, None, 0, 0.1, 0))  # the lowest on top: Bo's
    assert panel.behind.label == "Bo"
    panel.set(by=None)
    panel._clicked(Point(1, None, 0, 0.1, -0.26))
    assert panel.behind.label == "All open renewals"


def test_an_empty_book_and_one_without_calls_have_their_panels() -> None:
    empty = wa.Book.from_frames("2026-06-30", book_of([LASTING])["subscriptions"].head(0))
    assert explore.forecast(empty).message == ""
    assert explore.forecast(empty)._view.finding.startswith("There is nothing to project")
    plain = explore.forecast(book_of([LASTING, *ahead(1)]))
    plain.set(probabilities={"uncalled": 1.0})
    assert list(plain._settings["probabilities"]._sliders) == ["uncalled"]
    assert plain.table.loc[0, "grr_high"] == 1
