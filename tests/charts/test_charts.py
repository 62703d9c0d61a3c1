"""Figures: that they carry the table's own numbers, say what they show, and stay honest when there is nothing."""

import json

import pandas as pd
import pytest
from workahead import charts
from workahead.charts.over_time import apart

HOSTILE = '</script><img src=x onerror=alert(1)><a href="x">A</a>'
MONTHS = pd.to_datetime(["2026-08-31", "2026-09-30", "2026-10-31"])


BENCHMARKS = pd.DataFrame(
    [
        ("nrr", 1.01, False, "median of private B2B SaaS, fiscal 2024", "Benchmarkit", 2025),
        ("grr", 0.87, True, "median of private SaaS above $5M ARR, 2018", "KBCM survey", 2019),
    ],
    columns=["metric", "value", "about", "cut", "source", "year"],
)


def movements(**more):
    """September: 1,000 + 100 new + 50 expansion - 20 contraction - 30 churn. October: + 10 reactivation."""
    return pd.DataFrame(
        {
            "period_start": MONTHS[:2],
            "period_end": MONTHS[1:],
            "starting": [1000.0, 1100.0],
            "new": [100.0, 0.0],
            "reactivation": [0.0, 10.0],
            "expansion": [50.0, 0.0],
            "contraction": [20.0, 0.0],
            "churn": [30.0, 0.0],
            "ending": [1100.0, 1110.0],
        }
    ).assign(**more)


def trend(nrr=(1.05, 1.04, 1.032), grr=(0.93, 0.92, 0.91)):
    return pd.DataFrame({"period_end": MONTHS, "nrr": nrr, "grr": grr, "starting_arr": 1000.0})


def groups(names=("Enterprise", "SMB")):
    return pd.DataFrame(
        {"segment": names, "starting_arr": [900.0, 100.0], "nrr": [1.08, 0.84], "grr": [0.95, 0.84]}
    )


def cells(complete=True):
    """Two yearly cohorts: 100 then 90; 200, whose second year has not come."""
    return pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2024-01-01", "2024-01-01", "2025-01-01"]),
            "age": [0, 1, 0],
            "size": [100.0, 100.0, 200.0],
            "value": [100.0, 90.0, 200.0],
            "rate": [1.0, 0.9, 1.0],
            "complete": [True, complete, True],
        }
    )


def total():
    return pd.DataFrame(
        {"age": [0, 1], "cohorts": [2, 1], "size": [300.0, 100.0], "value": [300.0, 90.0], "rate": [1.0, 0.9]}
    )


EVERY = {
    "bridge": lambda: charts.arr_bridge(movements()),
    "over_time": lambda: charts.movements_over_time(movements()),
    "trend": lambda: charts.retention_trend(trend(), BENCHMARKS),
    "by": lambda: charts.retention_by(groups()),
    "heatmap": lambda: charts.cohort_heatmap(cells(), "net", "year"),
    "heatmap_running": lambda: charts.cohort_heatmap(cells(False), "logos", "year"),
    "curves": lambda: charts.cohort_curves(cells(), total(), "gross", "year"),
}
EMPTY = {
    "bridge": lambda: charts.arr_bridge(movements().head(0)),
    "bridge_of_zeros": lambda: charts.arr_bridge(
        movements(
            starting=0.0, new=0.0, reactivation=0.0, expansion=0.0, contraction=0.0, churn=0.0, ending=0.0
        )
    ),
    "over_time": lambda: charts.movements_over_time(movements().head(0)),
    "trend": lambda: charts.retention_trend(trend(None, None)),
    "trend_no_rows": lambda: charts.retention_trend(trend().head(0)),
    "by": lambda: charts.retention_by(groups().head(0)),
    "by_without_rates": lambda: charts.retention_by(groups().assign(nrr=float("nan"), grr=float("nan"))),
    "heatmap": lambda: charts.cohort_heatmap(cells().head(0)),
    "curves": lambda: charts.cohort_curves(cells().head(0), total().head(0)),
}


def held(fig):
    return json.loads(fig.to_json())


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_every_figure_has_title_words_and_trace_types_of_the_small_bundle(make):
    fig = held(make())
    assert fig["layout"]["title"]["text"]
    assert fig["layout"]["meta"]["alt"].endswith(".")
    assert fig["layout"]["meta"]["name"]
    assert "width" not in fig["layout"]
    assert {trace["type"] for trace in fig["data"]} <= {"bar", "scatter", "heatmap"}
    assert "bdata" not in json.dumps(fig), "plain lists are what tests and people can read"


@pytest.mark.parametrize("make", EMPTY.values(), ids=EMPTY)
def test_an_empty_table_makes_a_sentence_and_no_frame(make):
    fig = held(make())
    assert fig["data"] == []
    assert fig["layout"]["xaxis"]["visible"] is False
    assert len(fig["layout"]["annotations"]) == 1
    assert fig["layout"]["annotations"][0]["text"]
    assert fig["layout"]["meta"]["alt"].endswith(".")


def test_the_bridge_leads_from_start_to_end():
    fig = charts.arr_bridge(movements(), "USD")
    bars = {trace.hovertemplate.split(":")[0]: (trace.base[0], trace.x[0]) for trace in fig.data[:5]}
    assert bars == {
        "New": (1000.0, 100.0),
        "Reactivation": (1100.0, 10.0),
        "Expansion": (1110.0, 50.0),
        "Contraction": (1160.0, -20.0),
        "Churn": (1140.0, -30.0),
    }
    assert list(fig.data[-1].x) == [1000.0, 1110.0]
    assert fig.layout.meta["alt"] == (
        "ARR from USD 1.0k at the close of 31 August 2026 to USD 1.1k at the close of 31 October 2026: "
        "new +100; reactivation +10; expansion +50; contraction −20; churn −30."
    )


def test_the_bridge_adds_groups_up_and_shows_fx_only_where_it_moved():
    two = pd.concat([movements(segment="a"), movements(segment="b")])
    assert list(charts.arr_bridge(two).data[-1].x) == [2000.0, 2220.0]
    assert "Exchange rates" not in charts.arr_bridge(movements(fx=0.0)).layout.yaxis.ticktext
    with_fx = charts.arr_bridge(movements(fx=[-5.0, 0.0], ending=[1095.0, 1105.0]))
    assert "Exchange rates" in with_fx.layout.yaxis.ticktext


def test_movements_over_time_add_up_to_the_net_marks():
    fig = charts.movements_over_time(movements())
    net = fig.data[-1]
    assert net.name == "Net change"
    assert list(net.y) == [100.0, 10.0]
    for i in range(2):
        assert sum(trace.y[i] for trace in fig.data[:-1]) == net.y[i]
    assert list(net.customdata[0]) == ["September 2026", "100.00"]


def test_the_trend_names_both_lines_at_their_end_and_credits_the_benchmark():
    fig = charts.retention_trend(trend(), BENCHMARKS.head(1))
    texts = [note.text for note in fig.layout.annotations]
    assert "<b>NRR</b> 103.2%" in texts
    assert "<b>GRR</b> 91.0%" in texts
    note = texts[0].replace("<br>", " ")
    assert note == "Dotted: NRR 101%: median of private B2B SaaS, fiscal 2024 (Benchmarkit, 2025)"
    bare = charts.retention_trend(trend())
    assert len(bare.data) == 2
    assert not any("Benchmarkit" in note.text for note in bare.layout.annotations)


def test_a_hole_in_the_trend_is_a_hole():
    fig = charts.retention_trend(trend(nrr=(1.0, None, 1.1)))
    nrr = next(trace for trace in fig.data if trace.name == "NRR")
    assert list(nrr.y) == [1.0, None, 1.1]


def test_a_trend_of_several_groups_is_refused():
    with pytest.raises(ValueError, match="choose one group"):
        charts.retention_trend(pd.concat([trend(), trend()]))


def test_labels_at_the_lines_ends_keep_apart():
    # 0.01 of a range of 0.5 is 5 of 250 pixels: the upper one moves up to be 15 above the lower.
    assert apart([0.91, 0.90], 0.5) == [10.0, 0.0]
    assert apart([1.03, 0.90], 0.5) == [0.0, 0.0]


def test_every_benchmark_shown_names_its_source_and_year():
    fig = charts.retention_trend(trend(), BENCHMARKS)
    note = fig.layout.annotations[0].text.replace("<br>", " ")
    assert "NRR 101%: " in note
    assert note.endswith("; GRR about 87%: median of private SaaS above $5M ARR, 2018 (KBCM survey, 2019)")
    assert [trace.y[0] for trace in fig.data[2:]] == [1.01, 0.87]


def test_groups_of_hostile_names_are_escaped_everywhere():
    fig = charts.retention_by(groups((HOSTILE, "SMB")))
    assert "<img" not in "".join(fig.layout.yaxis.ticktext)
    assert all("<" not in label for trace in fig.data[1:] for label, *_ in trace.customdata)
    assert HOSTILE in fig.layout.meta["alt"], "the text alternative is plain text: the page escapes it"


def test_groups_below_a_hundredth_of_arr_are_left_to_the_table():
    table = pd.concat([groups(), groups(("Tiny", "Smaller")).assign(starting_arr=[2.0, 1.0])])
    fig = charts.retention_by(table)
    assert list(fig.layout.yaxis.ticktext) == ["Enterprise", "SMB"]
    assert "2 smaller groups only in the table." in fig.layout.annotations[0].text


def test_one_label_of_each_group_stands_on_each_side():
    fig = charts.retention_by(groups())
    grr, nrr = fig.data[1:]
    assert list(grr.textposition) == ["middle left", "middle left"]
    assert list(nrr.textposition) == ["middle right", "middle right"]


def test_cells_that_have_not_happened_are_absent():
    fig = charts.cohort_heatmap(cells(), "net", "year")
    assert [list(row) for row in fig.data[0].z] == [[1.0, 0.9], [1.0, None]]
    assert fig.data[0].hoverongaps is False
    assert list(fig.layout.yaxis.ticktext) == ["2024", "2025"]
    assert fig.data[0].customdata[0][1] == "2024, year 1: 90.0%<br>90.00 of 100.00"
    assert len(fig.data) == 1, "no ring where no period still runs"


def test_running_periods_carry_a_ring_and_a_note():
    fig = charts.cohort_heatmap(cells(complete=False), "logos", "year")
    rings = fig.data[1]
    assert list(rings.y) == [0]
    assert fig.layout.annotations[0].text == "○ year still running"
    assert (
        fig.data[0].customdata[0][1]
        == "2024, year 1: 90.0%<br>90 customers of 100 customers<br>year still running"
    )


def test_figures_in_cells_only_where_there_is_room():
    flat = {"cohort": pd.Timestamp("2024-01-01"), "size": 1.0, "value": 1.0, "rate": 1.0, "complete": True}
    many = pd.DataFrame({"age": range(12), **flat})
    assert charts.cohort_heatmap(cells(), "net", "year").data[0].texttemplate
    assert charts.cohort_heatmap(many).data[0].texttemplate is None
    assert charts.cohort_heatmap(many).data[0].showscale is True


def test_the_colours_of_net_turn_at_all_of_it():
    heat = charts.cohort_heatmap(cells(), "net", "year").data[0]
    assert (heat.zmin + heat.zmax) / 2 == pytest.approx(1)
    assert charts.cohort_heatmap(cells(), "gross", "year").data[0].zmax == 1


def test_curves_leave_out_what_still_runs():
    fig = charts.cohort_curves(cells(complete=False), total().head(1), "net", "year")
    assert list(fig.data[0].x) == [0, None, 0, None]


def test_the_total_ends_where_too_few_cohorts_are_left():
    three = total().assign(cohorts=[4, 3])
    longer = pd.concat([three, three.tail(1).assign(age=2, cohorts=2)])
    assert list(charts.cohort_curves(cells(), longer, "net", "year").data[1].x) == [0, 1]


def test_the_one_customer_of_a_book_still_makes_every_figure():
    one = cells().head(1)
    assert charts.cohort_heatmap(one, "logos", "year").data
    assert charts.cohort_curves(one, total().head(1).assign(cohorts=1), "net", "year").data
    assert charts.retention_trend(trend().head(1)).data
    assert charts.retention_by(groups().head(1)).data


def test_movers_are_gains_then_losses_by_size():
    detail = pd.DataFrame(
        {
            "customer_id": list("ABCDE"),
            "name": ["Acme", None, " ", HOSTILE, "Echo"],
            "segment": ["SMB", None, "SMB", "SMB", "SMB"],
            "movement": ["new", "churn", "contraction", "expansion", "churn"],
            "starting": [0.0, 40.0, 30.0, 10.0, 5.0],
            "ending": [80.0, 0.0, 10.0, 100.0, 0.0],
            "change": [80.0, -40.0, -20.0, 90.0, -5.0],
        }
    )
    table = charts.movers(detail, top=2)
    assert list(table["customer"]) == [HOSTILE, "Acme", "B", "C"]
    assert list(table["change"]) == [90.0, 80.0, -40.0, -20.0]
    assert list(table["movement"]) == ["Expansion", "New", "Churn", "Contraction"]
    columns = ["customer", "change", "movement", "segment", "csm", "starting", "ending", "customer_id"]
    assert list(table.columns) == columns
    assert table["segment"][2] == ""
    assert charts.movers(detail.head(0)).empty
