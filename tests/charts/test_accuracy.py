"""Figures of the record: that they carry the tables' own numbers, and stay honest when there is little or nothing."""

import json

import pandas as pd
import pytest
from workahead import charts

HOSTILE = '</script><img src=x onerror=alert(1)><a href="x">A</a>'


def measured(**columns):
    """Two rows of a table of forecast_accuracy: accuracy 84% and 60% of what was called."""
    return pd.DataFrame(
        {
            "renewals": [40, 3],
            "due_arr": [1000.0, 500.0],
            "called_arr": [710.0, 500.0],
            "coverage": [0.71, 1.0],
            "forecast_arr": [742.0, 300.0],
            "actual_arr": [700.0, 500.0],
            "wape": [0.16, 0.4],
            "accuracy": [0.84, 0.6],
            "aggregate_accuracy": [0.94, 0.6],
            "bias": [0.06, -0.4],
            "overdue_arr": [0.0, 0.0],
            "compared": [30, 3],
        }
    ).assign(**columns)


def horizons():
    return measured(horizon_days=[90, 180])


def quarters():
    days = pd.to_datetime(["2026-03-31", "2026-06-30", "2026-09-30"])
    return measured(period_start=days[:2], period_end=days[1:])


def callers(names=("Ana", "Bo"), **more):
    return measured(called_by=list(names), **more)


def calibration():
    return pd.DataFrame(
        {
            "category": ["commit", "stretch"],
            "renewals": [30, 2],
            "due_arr": [1000.0, 100.0],
            "renewed_arr": [840.0, 50.0],
            "renewal_rate": [0.84, 0.5],
            "low": [0.8, 0.2],
            "high": [0.87, 0.8],
            "expected_rate": [1.0, 0.4],
        }
    )


def answers():
    return calibration().drop(columns="expected_rate").set_axis(
        ["answer", *calibration().columns[1:7]], axis=1
    ).assign(answer=["leaning_yes", "(not asked)"])  # fmt: skip


def changes():
    """Of 1,000: 300 came, 100 less was called, 200 renewed: 1,000 again."""
    return pd.DataFrame(
        {
            "change": ["new", "downgraded", "renewed", "unchanged"],
            "forecast_before": [0.0, 300.0, 200.0, 500.0],
            "forecast_after": [300.0, 200.0, 0.0, 500.0],
            "difference": [300.0, -100.0, -200.0, 0.0],
        }
    )


def backtest():
    days = pd.to_datetime(["2026-03-31", "2026-06-30", "2026-09-30"])
    own = {"model": "workahead", "projected": [0.95, 0.96], "low": [0.93, 0.94], "high": [0.97, 0.98]}
    table = pd.DataFrame({"period_start": days[:2], "period_end": days[1:], "actual": [0.94, 0.99], **own})
    other = table.assign(model="last_year", projected=0.9, low=float("nan"), high=float("nan"))
    both = pd.concat([table, other], ignore_index=True)
    return both.assign(error=both["projected"] - both["actual"])


def bridge(table):
    return charts.forecast_bridge(table, "2026-09-30", "2026-10-31", "USD")


EVERY = {
    "horizons": lambda: charts.accuracy_by_horizon(horizons()),
    "one_horizon": lambda: charts.accuracy_by_horizon(horizons().head(1)),
    "quarters": lambda: charts.accuracy_over_time(quarters()),
    "bias": lambda: charts.bias_by(callers()),
    "bias_of_one": lambda: charts.bias_by(callers().tail(1)),
    "bias_of_none": lambda: charts.bias_by(callers(bias=0.0)),
    "calibration": lambda: charts.calibration(calibration()),
    "answers": lambda: charts.calibration(answers()),
    "changes": lambda: bridge(changes()),
    "backtest": lambda: charts.backtest(backtest()),
}
EMPTY = {
    "horizons": lambda: charts.accuracy_by_horizon(horizons().head(0)),
    "horizons_not_called": lambda: charts.accuracy_by_horizon(horizons().assign(accuracy=float("nan"))),
    "quarters": lambda: charts.accuracy_over_time(quarters().head(0)),
    "bias": lambda: charts.bias_by(callers().head(0)),
    "bias_not_called": lambda: charts.bias_by(callers(["(not set)"] * 2)),
    "calibration": lambda: charts.calibration(calibration().head(0)),
    "answers": lambda: charts.calibration(answers().head(0)),
    "changes": lambda: bridge(changes().head(0)),
    "backtest": lambda: charts.backtest(backtest().head(0)),
    "backtest_of_others_alone": lambda: charts.backtest(backtest().query("model != 'workahead'")),
}


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_every_figure_has_title_words_and_trace_types_of_the_small_bundle(make):
    fig = json.loads(make().to_json())
    assert fig["layout"]["title"]["text"]
    assert fig["layout"]["meta"]["alt"].endswith(".")
    assert fig["layout"]["meta"]["name"]
    assert {trace["type"] for trace in fig["data"]} <= {"bar", "scatter", "heatmap"}
    assert "NaN" not in json.dumps(fig)
    assert "bdata" not in json.dumps(fig)


@pytest.mark.parametrize("make", EMPTY.values(), ids=EMPTY)
def test_an_empty_table_makes_a_sentence_and_no_frame(make):
    fig = json.loads(make().to_json())
    assert fig["data"] == []
    assert fig["layout"]["xaxis"]["visible"] is False


def test_horizons_lead_from_the_earliest_to_the_latest_with_coverage_beside():
    fig = charts.accuracy_by_horizon(horizons())
    lines = {trace.name: list(trace.y) for trace in fig.data}
    assert lines == {"Coverage": [1.0, 0.71], "Accuracy": [0.6, 0.84]}
    assert list(fig.layout.xaxis.ticktext) == ["180 days", "90 days"]
    assert [note.text for note in fig.layout.annotations] == ["<b>Accuracy</b> 84%", "<b>Coverage</b> 71%"]
    assert fig.layout.meta["alt"] == (
        "Accuracy of the forecast calls: 180 days 60%, 100% called, bias −40%; 90 days 84%, 71% called, bias +6%."
    )


def test_one_line_a_measure():
    with pytest.raises(ValueError, match="one group"):
        charts.accuracy_by_horizon(pd.concat([horizons(), horizons()]))


def test_bias_is_signed_the_highest_first_and_pale_where_thin():
    fig = charts.bias_by(callers())
    bars, labels = fig.data
    assert list(bars.x) == [0.06, -0.4]
    assert list(bars.marker.opacity) == [1, 0.4]
    assert bars.marker.color[0] != bars.marker.color[1]
    assert [text.strip() for text in labels.text] == ["+6% (30)", "−40% (3)"]
    assert "Pale: fewer than 5." in fig.layout.annotations[0].text.replace("<br>", " ")


def test_a_bar_that_would_hide_the_others_is_cut_and_says_so():
    fig = charts.bias_by(callers(bias=[8.0, 0.1]))
    assert list(fig.data[0].x) == [1.0, 0.1]
    assert fig.data[1].text[0].strip() == "+800% (30)"
    assert "Bars end at 100%" in fig.layout.annotations[0].text


def test_who_is_not_drawn_is_counted():
    many = pd.concat([callers([f"C{n}", f"D{n}"]) for n in range(11)])
    fig = charts.bias_by(many)
    assert len(fig.data[0].y) == 20
    assert "2 more only in the table" in fig.layout.annotations[0].text.replace("<br>", " ")


@pytest.mark.parametrize("make", [lambda t: charts.bias_by(t), lambda t: charts.bias_by(t, "called_by")])
def test_names_from_the_crm_are_no_tags(make):
    assert "<img" not in json.dumps(make(callers([HOSTILE, "Bo"])).to_plotly_json()["layout"]["yaxis"])
    category = calibration().assign(category=[HOSTILE, "commit"])
    drawn = charts.calibration(category).to_plotly_json()
    assert "<img" not in json.dumps([drawn["layout"]["yaxis"], [t.get("customdata") for t in drawn["data"]]])


def test_calibration_holds_rate_range_and_what_was_expected():
    fig = charts.calibration(calibration())
    ranges = [list(trace.x) for trace in fig.data if trace.mode == "lines"]
    assert ranges == [[0.8, 0.87], [0.2, 0.8]]
    by_name = {trace.name: list(trace.x) for trace in fig.data if trace.name}
    assert by_name == {"Expected": [1.0, 0.4], "Renewed": [0.84, 0.5]}
    assert list(fig.layout.yaxis.ticktext) == ["Commit", "Stretch"]
    assert [trace.name for trace in charts.calibration(answers()).data if trace.name] == ["Renewed"]
    assert list(charts.calibration(answers()).layout.yaxis.ticktext) == ["Leaning yes", "Not asked"]


def test_the_forecast_leads_from_then_to_now():
    fig = bridge(changes())
    bars = {trace.hovertemplate.split(":")[0]: (trace.base[0], trace.x[0]) for trace in fig.data[:3]}
    assert bars == {
        "First called": (1000.0, 300.0),
        "Downgraded": (1300.0, -100.0),
        "Renewed": (1200.0, -200.0),
    }
    assert list(fig.data[-1].x) == [1000.0, 1000.0]
    assert list(fig.layout.yaxis.ticktext)[::4] == ["30 Sep 2026", "31 Oct 2026"]
    assert fig.layout.meta["alt"] == (
        "The forecast of the renewals ahead, from USD 1.0k at the close of 30 September 2026 to USD 1.0k at the close "
        "of 31 October 2026: first called +300; downgraded −100; renewed −200."
    )


def test_the_backtest_shows_the_projection_with_its_range_and_what_came():
    fig = charts.backtest(backtest())
    assert list(fig.data[0].y) == [0.93, 0.97, None, 0.94, 0.98, None]
    assert {trace.name: list(trace.y) for trace in fig.data[1:]} == {
        "Projected": [0.95, 0.96],
        "Came": [0.94, 0.99],
    }
    assert fig.layout.meta["alt"].endswith("1 of 2 inside the range.")


def test_accounts_behind_the_change_as_people_say_it():
    table = changes().assign(
        account_id=["A", "B", "C", "D"], name=["Alder", None, "Cedar", "Dogwood"], segment="SMB", csm="Bo",
        category_before=[None, "commit", "stretch", "churn"], category_after=["commit", "at_risk", None, "churn"],
    )  # fmt: skip
    said = charts.forecast_movers(table)
    assert said[["account", "difference", "change", "calls"]].values.tolist() == [
        ["Alder", 300, "First called", "Commit"],
        ["B", -100, "Downgraded", "Commit → At risk"],
        ["Cedar", -200, "Renewed", "stretch"],
    ]
    assert charts.forecast_movers(table.head(0)).empty
