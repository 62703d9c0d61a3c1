"""A panel without a browser: what its controls do to table, line, accounts and page."""

import base64
import csv
import io
import json

import pandas as pd
import pytest
import workahead as wa
from workahead import explore
from workahead.book.quick import quick
from workahead.errors import UnknownName
from workahead.explore.view import Point

# of 250 a year ago: 130 + 40 + 20 are there, without growth 100 + 40 + 20
NRR, GRR = 190 / 250, 160 / 250


def test_the_line_gives_the_table_of_the_panel(book: wa.Book):
    panel = explore.retention(book)
    for setting in (
        {"by": "segment"},
        {"months": 6},
        {"basis": "bridge"},
        {"by": None},
        {"end": pd.Timestamp("2026-06-30")},
    ):
        panel.set(**setting)
        for where in ({"segment": ["Large", "(not set)"]}, {"csm": ["Bo"]}, {"segment": []}):
            panel.filter(**where)
            assert panel.message == ""
            again = eval(panel.line, {"wa": wa, "book": book})
            pd.testing.assert_frame_equal(panel.table, again)


def test_filters_choose_accounts(book: wa.Book):
    panel = explore.retention(book, by="csm", where={"csm": ["Ana"]})
    assert panel.table[["csm", "starting_arr", "retained_net_arr"]].values.tolist() == [["Ana", 150.0, 170.0]]
    assert panel.line == 'wa.retention(book.where(csm=["Ana"]), months=12, by="csm")'
    panel.filter(csm=[])
    assert len(panel.table) == 2


def test_the_accounts_of_a_part_add_up_to_it(book: wa.Book):
    panel = explore.retention(book, by="segment")
    rows = dict(panel.behind.options)
    panel.behind.value = rows["Large"]
    shown = panel.accounts.table.df
    assert shown["Name"].tolist() == ["Ash", "Birch"]
    change = panel.table.set_index("segment").loc["Large"]
    assert shown["Change"].sum() == change["retained_net_arr"] - change["starting_arr"] == 20


def test_the_file_of_the_accounts_is_exact_and_opens_harmlessly(book: wa.Book):
    panel = explore.retention(book, by="segment")
    panel.behind.value = "Small"
    _, _, rest = panel.accounts.title.value.partition("data:text/csv;base64,")
    text = base64.b64decode(rest.partition('"')[0]).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["customer_id"], row["name"], row["starting"], row["change"]) == (
        "C",
        "'=Cedar",
        "80.0",
        "-80.0",
    )


def test_accounts_are_shown_in_words_and_saved_as_they_are():
    from workahead.explore.accounts import Accounts

    shown = Accounts()
    shown.show("All", pd.DataFrame({"name": ["Ash"], "tier": ["high_potential"], "would_renew": ["leaning_no"],
                                    "category": ["at_risk"], "has_plan": [True], "region": ["at_risk"]}))  # fmt: skip
    assert shown.table.df.iloc[0].tolist() == [
        "Ash",
        "High potential",
        "Leaning no",
        "At risk",
        "yes",
        "at_risk",
    ]
    _, _, rest = shown.title.value.partition("data:text/csv;base64,")
    text = base64.b64decode(rest.partition('"')[0]).decode("utf-8-sig")
    assert text.splitlines()[1] == "Ash,high_potential,leaning_no,at_risk,True,at_risk"


def test_a_click_opens_the_accounts_of_that_point(book: wa.Book):
    panel = explore.retention(book, by="segment")
    names = list(panel.figure.layout.yaxis.ticktext)
    row = names.index("Small")
    panel.behind.value = panel._view.picked(Point(1, "GRR", row, 0.2, row))
    assert panel.behind.label == "Small"
    assert set(panel.accounts.table.df["Name"]) == {"'=Cedar"}, "Dogwood did not move; a formula is none"
    month = explore.retention(book)
    month.behind.value = month._view.picked(Point(0, "GRR", 23, "2026-05-31", 0.7))
    assert month.behind.label == "May 2026"


def test_what_the_library_refuses_is_said_in_its_place(book: wa.Book):
    panel = explore.retention(book)
    with pytest.raises(UnknownName, match="Large"):
        panel.filter(segment=["Lage"])
    with pytest.raises(UnknownName, match="segment"):
        panel.filter(segmnt=["Large"])
    with pytest.raises(UnknownName, match="months"):
        panel.set(month=3)
    assert panel.message == ""
    assert not panel.table.empty


def test_a_page_gets_the_chart(book: wa.Book):
    bundle = explore.retention(book, by="segment")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    figure = json.loads(json.dumps(bundle["application/vnd.plotly.v1+json"]))
    assert [t.get("name") for t in figure["data"] if t.get("name")] == ["GRR", "NRR"]
    assert figure["layout"]["meta"]["alt"]


def test_an_empty_book_says_so(book: wa.Book):
    none = wa.Book.from_frames("2026-10-31", book["subscriptions"].head(0))
    panel = explore.retention(none)
    assert panel.table["nrr"].isna().all()
    panel.set(months=6)
    assert panel.message == ""


def test_the_quick_book_gives_the_same_numbers(book: wa.Book):
    chosen = book.where(csm=["Bo"])
    moved = quick(chosen)
    assert moved.engine == "polars"
    assert moved.filters == chosen.filters
    pd.testing.assert_frame_equal(wa.retention(moved, by="segment"), wa.retention(chosen, by="segment"))
    whole = wa.retention(quick(book))
    assert whole.loc[0, ["nrr", "grr"]].tolist() == [NRR, GRR]


def test_what_is_typed_adds_all_that_contain_it(book: wa.Book):
    panel = explore.retention(book)
    panel.filters._adds.value = "name"
    row = panel.filters._rows["name"]
    row._typed.value = "ed"
    assert row.chosen == ["=Cedar"]
    row._typed.value = "E"
    assert row.chosen == ["=Cedar", "Elm"]
    row._typed.value = "birch"
    row._tags.children[0].click()
    assert panel.filters.where == {"name": ["Elm", "Birch"]}
    row._typed.value = "Zzz"
    assert row._said.value == "0 values with 'Zzz' in it"
    panel.filters._remove("name")
    assert panel.line == "wa.retention_trend(book, months=12, periods=24)"
