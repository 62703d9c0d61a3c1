"""Key figures: what they say, and what they carry for run.json."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from workahead import show
from workahead.errors import UnknownName
from workahead.show.shown import MIME, page_html


def test_a_change_is_said_in_words_and_coloured_by_what_is_good() -> None:
    rising_churn = show.cards([show.Card("Churn", 0.08, change=0.02, good="down", note="than in May")])
    assert str(rising_churn) == "Churn 8.0%, up 2.0 points than in May"
    assert 'class="wa-move bad"' in rising_churn.html
    assert '<span class="wa-sr">up</span>' in rising_churn.html


@pytest.mark.parametrize(
    ("card", "text"),
    [
        (show.Card("ARR", 1_250_000, change=-50_000, kind="money"), "ARR USD 1.3M, down 50.0k"),
        (show.Card("Customers", 1234, change=0, kind="count"), "Customers 1,234, unchanged"),
        (show.Card("NRR", 1.0, change=0.0001), "NRR 100.0%, unchanged"),
        (show.Card("NRR", math.nan, change=math.nan), "NRR n/a"),
        (show.Card("NRR", 0.95), "NRR 95.0%"),
    ],
)
def test_values_read_as_prose(card: show.Card, text: str) -> None:
    assert str(show.cards([card], currency="USD")) == text


def test_numbers_travel_as_json_without_nan() -> None:
    bundle = show.cards([show.Card("NRR", math.nan)])._repr_mimebundle_()
    (card,) = bundle[MIME.format("cards")]["cards"]
    assert card["value"] is None
    assert card["change"] is None
    assert card["text"] == "n/a"


def test_five_cards_stand_in_rows_of_three() -> None:
    assert "--columns:3" in show.cards([show.Card(str(n), n, kind="count") for n in range(5)]).html


def test_text_is_escaped_and_the_style_for_lab_stays_off_the_page() -> None:
    shown = show.finding("</script><img src=x onerror=alert(1)>")
    html = shown._repr_mimebundle_()["text/html"]
    assert "<img" not in html
    assert html.startswith("<style>")
    assert (
        page_html(html)
        == shown.html
        == ('<p class="wa-finding">&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</p>')
    )


def test_a_text_that_a_table_lacks_is_no_text() -> None:
    figures = pd.DataFrame({
        "label": ["GRR", "Due"], "value": [0.9, 5], "change": [math.nan, 1], "kind": ["percent", "count"],
        "note": ["of ARR", None], "good": ["up", None],
    })  # fmt: skip
    said = show.cards([show.Card(**figure) for figure in figures.to_dict("records")])
    assert str(said) == "GRR 90.0% of ARR\nDue 5, up 1"
    assert "nan" not in said.html
    assert 'class="wa-move plain"' in said.html  # nobody said which way is good news


def test_a_card_says_how_it_is_computed_by_the_books_own_definitions() -> None:
    import workahead as wa

    one = {"subscription_id": ["S"], "account_id": ["A"], "start_date": ["2026-01-01"], "arr": [1.0]}
    book = wa.Book.from_frames(
        as_of="2026-10-31",
        subscriptions=pd.DataFrame(one),
        definitions=wa.Definitions(late_renewal_days=12, grain="parent"),
    )
    card = show.Card("NRR", 1.0, how="nrr", rows_behind=3.0, rows="who_moved")
    show.book(book, "A page")
    own = show.cards([card]).html
    assert "A contract stays in ARR for up to 12 days after its end" in own
    assert "A customer is an ultimate parent" in own
    assert "It rests on 3 customers." in own
    assert '<a class="wa-rows" href="#table-who-moved">The rows behind it</a>' in own
    show.book(book.redefine(late_renewal_days=0), "Another")
    assert "A late renewal is a churn, then a return." in show.cards([card]).html
    (held,) = show.cards([card]).data["cards"]
    assert (held["how"], held["rows_behind"], held["rows"]) == ("nrr", 3, "who_moved")


def test_an_unknown_metric_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownName, match="unknown metric 'nrrr'"):
        show.cards([show.Card("NRR", 1.0, how="nrrr")])


def test_every_definition_can_be_filled_in() -> None:
    from workahead.book.definitions import Definitions
    from workahead.words.computed import computed, how_computed

    for metric in computed():
        text = how_computed(metric, Definitions(renewal_rate="closed_only"))
        assert text.endswith(".")
        assert "{" not in text
        assert len(text) < 420
