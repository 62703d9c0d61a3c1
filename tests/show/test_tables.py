"""Tables on a page: headings for people, exact values, hostile text as text, all rows as JSON."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from workahead import show
from workahead.errors import UnknownName
from workahead.show.shown import LAB_CSS

HOSTILE = "</script><img src=x onerror=alert(1)>"


def cells(html: str) -> list[str]:
    import re

    return re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html)


def test_values_are_exact_and_headings_are_names_of_the_field() -> None:
    table = pd.DataFrame(
        {
            "segment": ["SMB", None],
            "starting_arr": [1234567.5, -5.0],
            "nrr": [1.034, float("nan")],
            "starting_customers": [1200, 3],
            "period_end": pd.to_datetime(["2026-10-31", None]),
        }
    )
    assert cells(show.table(table, "Retention").html) == [
        "Segment", "Starting ARR", "NRR", "Customers at start", "To",
        "SMB", "1,234,567.50", "103.4%", "1,200", "2026-10-31",
        "not given", "−5.00", "n/a", "3", "n/a",
    ]  # fmt: skip


def test_amounts_without_cents_show_none() -> None:
    assert "1,000</td>" in show.table(pd.DataFrame({"x": ["a"], "arr": [1000.0]}), "ARR").html


def test_hostile_text_is_text_in_cells_headings_and_title() -> None:
    table = pd.DataFrame({"name": [HOSTILE], f"x{HOSTILE}": [HOSTILE]})
    shown = show.table(table, HOSTILE)
    assert "<img" not in shown.html
    assert "</script>" not in shown.html
    assert shown.html.count("&lt;img src=x onerror=alert(1)&gt;") >= 5
    assert 'href="csv/script-img-src-x-onerror-alert-1.csv"' in shown.html


def test_all_rows_travel_though_the_page_shows_some() -> None:
    shown = show.table(pd.DataFrame({"n": range(5)}), "Numbers", rows=2)
    assert shown.html.count("<tr>") == 3
    assert "The first 2 of 5 rows are shown" in shown.html
    assert '<span class="wa-on-page">; they alone are sorted and copied</span>' in shown.html
    assert ".wa-on-page { display: none }" in LAB_CSS, "Lab neither sorts nor copies"
    assert shown.data["rows"] == [[0], [1], [2], [3], [4]]
    json.dumps(shown.data)


def test_json_holds_dates_booleans_and_missing_values() -> None:
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-10-31", None]),
            "arr": [1.5, float("nan")],
            "yes": [True, False],
            "id": pd.array(["007", None], dtype="str"),
            "count": pd.array([1, None], dtype="Int64"),
        }
    )
    assert show.table(table, "Kinds").data["rows"] == [
        ["2026-10-31", 1.5, True, "007", 1],
        [None, None, False, None, None],
    ]


def test_the_librarys_own_words_are_plain_english_and_exact_in_the_file() -> None:
    table = pd.DataFrame({"tier": ["high_potential", "my_tier"], "category": ["best_case", "uncalled"],
                          "csm": ["at_risk", None]})  # fmt: skip
    shown = show.table(table, "Accounts")
    assert cells(shown.html)[3:] == [
        "High potential", "Best case", "at_risk", "my_tier", "Not called", "",
    ]  # fmt: skip
    assert shown.data["rows"] == [["high_potential", "best_case", "at_risk"], ["my_tier", "uncalled", None]]


def test_an_empty_table_says_so() -> None:
    shown = show.table(pd.DataFrame({"segment": [], "arr": []}), "Nothing")
    assert "No rows." in shown.html
    assert shown.data["columns"] == ["segment", "arr"]
    assert shown.data["rows"] == []


def test_a_named_index_becomes_a_column() -> None:
    table = pd.DataFrame({"arr": [1.0]}, index=pd.Index(["SMB"], name="segment"))
    assert show.table(table, "ARR").data["columns"] == ["segment", "arr"]


def test_two_displays_of_one_table_are_equal() -> None:
    table = pd.DataFrame({"segment": ["SMB"], "arr": [1.0]})
    assert show.table(table, "ARR")._repr_mimebundle_() == show.table(table, "ARR")._repr_mimebundle_()


def test_an_unknown_kind_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownName, match="There are: text, money, percent"):
        show.table(pd.DataFrame({"arr": [1.0]}), "ARR", kinds={"arr": "moneys"})


def test_headings_know_the_kind_of_their_column_for_sorting() -> None:
    import re

    table = pd.DataFrame(
        {"name": ["A"], "arr": [1.0], "nrr": [1.0], "period_end": pd.to_datetime(["2026-10-31"])}
    )
    heads = re.findall(r"<th scope=.col.([^>]*)>(.*?)</th>", show.table(table, "Kinds").html)
    assert [(head, *re.findall('data-kind="(.*?)"', tag)) for tag, head in heads] == [
        ("Name",), ("ARR", "money"), ("NRR", "percent"), ("To", "date"),
    ]  # fmt: skip


def test_names_carry_their_accounts_id_which_leaves_the_page_but_not_the_csv() -> None:
    table = pd.DataFrame(
        {"name": ["Acme", None, "x\ue000y"], "arr": [1.0, 2.0, 3.0], "account_id": ["A1", HOSTILE, None]}
    )
    shown = show.table(table, "Accounts", account="account_id")
    assert '<a data-account="A1">Acme</a>' in shown.html
    escaped = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"
    assert f'<a data-account="{escaped}">{escaped}</a>' in shown.html, "without a name the id stands for it"
    assert '<a data-account="">xy</a>' in shown.html
    assert "Account id" not in shown.html
    assert shown.data["columns"] == ["name", "arr", "account_id"]
    assert shown.data["rows"][0] == ["Acme", 1.0, "A1"]


def test_without_another_text_the_id_itself_leads_to_the_account() -> None:
    shown = show.table(pd.DataFrame({"account_id": ["A1"], "arr": [1.0]}), "Accounts", account="account_id")
    assert '<a data-account="A1">A1</a>' in shown.html


def test_a_table_may_say_how_it_is_computed() -> None:
    shown = show.table(pd.DataFrame({"arr": [1.0]}), "ARR", how="arr")
    assert shown.html.count('<details class="wa-how"') == 1
