"""CSQLs on a book that one can add up in the head: as of 30 June 2026, those created in its first half.

A is Ana's, Enterprise, 1,000 of ARR; B is Bo's, SMB, 500; P is a prospect in SMB, nobody's.

| | account, amount | what became of it |
|---|---|---|
| C1 | A, 200 | S2 after 10 days, then back to S1, still open: accepted |
| C2 | A, 100 | won after 30 days without ever entering S2: accepted |
| C3 | B, 80 | S2 after 20 days, lost: No budget |
| C4 | B, 50 | lost in S1: rejected, Timing |
| C5 | A, 40 | no history, stands in S2: accepted |
| C6 | B, 30 | no history, stands in S1 |
| C7 | A, 60 | S2 after 5 days, won after 60 |
| C8 | B, 20 | lost, no history: nobody knows |

New business: one won (A), three lost after S2 and one before (P), one open. One CSQL of the day before the period.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import book, contracts, shared
from examples import examples
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from workahead.metrics.accuracy.call_calibration import wilson

START, END = "2025-12-31", "2026-06-30"
ROWS = [
    ("S1", "A", "2025-01-01", None, 1000, None, "Core"),
    ("S2", "B", "2025-01-01", None, 500, None, "Core"),
]
ACCOUNTS = pd.DataFrame(
    {"account_id": ["A", "B", "P"], "csm": ["Ana", "Bo", None], "segment": ["Enterprise", "SMB", "SMB"]}
)
DEALS = [
    ("C1", "A", "expansion", "csql", 200, "2026-01-10", None, "S1", None, None),
    ("C2", "A", "expansion", "csql", 100, "2026-02-01", "2026-03-03", "Won", True, None),
    ("C3", "B", "expansion", "csql", 80, "2026-02-10", "2026-04-01", "Lost", False, "No budget"),
    ("C4", "B", "expansion", "csql", 50, "2026-03-01", "2026-03-15", "Lost", False, "Timing"),
    ("C5", "A", "expansion", "csql", 40, "2026-03-20", None, "S2", None, None),
    ("C6", "B", "expansion", "csql", 30, "2026-04-10", None, "S1", None, None),
    ("C7", "A", "expansion", "csql", 60, "2026-04-01", "2026-05-31", "Won", True, None),
    ("C8", "B", "expansion", "csql", 20, "2026-05-01", "2026-05-20", "Lost", False, None),
    ("C9", "A", "expansion", "csql", 999, "2025-12-31", "2026-02-01", "Won", True, None),
    ("E1", "A", "expansion", "Inbound", 999, "2026-02-01", "2026-03-01", "Won", True, None),
    ("N1", "A", "new", "Event", 500, "2026-01-05", "2026-03-01", "Won", True, None),
    *(
        (f"N{n}", "P", "new", "Event", 500, "2026-01-05", "2026-03-01", "Lost", False, None)
        for n in (2, 3, 4, 5)
    ),
    ("N6", "P", "new", "Event", 500, "2026-01-05", None, "S3", None, None),
]
STOOD = [
    ("C1", "S1", "2026-01-10"), ("C1", "S2", "2026-01-20"), ("C1", "S1", "2026-02-01"),
    ("C2", "S1", "2026-02-01"), ("C2", "Won", "2026-03-03"),
    ("C3", "S1", "2026-02-10"), ("C3", "S2", "2026-03-02"), ("C3", "Lost", "2026-04-01"),
    ("C4", "S1", "2026-03-01"), ("C4", "Lost", "2026-03-15"),
    ("C7", "S1", "2026-04-01"), ("C7", "S2", "2026-04-06"), ("C7", "Won", "2026-05-31"),
    *((f"N{n}", "S2", "2026-01-20") for n in (1, 2, 3, 4)), ("N5", "S1", "2026-01-05"),
]  # fmt: skip
DEAL = [
    "opportunity_id", "account_id", "type", "source", "amount", "created_date", "close_date", "stage", "is_won",
    "loss_reason",
]  # fmt: skip


def deals(rows: list[tuple[Any, ...]] = DEALS) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=DEAL).astype({"amount": "float64"})
    for name in ("created_date", "close_date"):
        table[name] = pd.to_datetime(table[name])
    known = table["is_won"].notna()
    return table.assign(
        is_closed=known,
        is_won=table["is_won"].eq(True),
        qualification_pain=["said" if one != "C6" else None for one in table["opportunity_id"]],
        qualification_impact=[
            "said" if one in ("C1", "C2", "C3") else None for one in table["opportunity_id"]
        ],
    )


def stood(rows: list[tuple[str, str, str]] = STOOD) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["opportunity_id", "stage", "entered_date"])
    return table.assign(entered_date=pd.to_datetime(table["entered_date"]))


@shared
def found(**changes: Any) -> wa.Book:
    tables = {"accounts": ACCOUNTS, "opportunities": deals(), "stage_history": stood(), **changes}
    return wa.Book.from_frames(END, contracts(*ROWS), **tables)


def only(table: pd.DataFrame) -> dict[str, Any]:
    assert len(table) == 1
    return table.iloc[0].to_dict()


WHOLE = {
    "created": 8, "created_arr": 580, "accepted": 5, "accepted_arr": 480, "acceptance_rate": 5 / 8,
    "won": 2, "won_arr": 160, "lost": 1, "close_rate": 2 / 3, "new_business_close_rate": 1 / 4,
    "times_new_business": 8 / 3, "pipeline_share": 480 / 1500, "qualified_share": 3 / 8,
    "goal_arr": 223.15,  # 30% of 1,500, 181 days of 365
    "attainment": 480 / 223.15, "rejected": 2, "open": 3, "unknown": 1, "close_rate_arr": 160 / 240,
    "new_business_close_rate_arr": 500 / 2000, "starting_arr": 1500,
    "days_to_accept": 10,  # of 10, 20 and 5
    "days_to_close": 45,  # of 30 and 60
}  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_every_column_worked_out(engine: str) -> None:
    held = found()
    if engine == "polars":
        tables = {"accounts": ACCOUNTS, "opportunities": deals(), "stage_history": stood()}
        frames = {name: pl.from_pandas(table) for name, table in tables.items()}
        held = wa.Book.from_frames(END, pl.from_pandas(contracts(*ROWS)), **frames)
    row = only(wa.csql_funnel(held, START, END, goal=0.3))
    ranges = [row.pop(name) for name in ("low", "high", "new_business_low", "new_business_high")]
    by_amount = [row.pop(f"{name}_arr") for name in ("low", "high", "new_business_low", "new_business_high")]
    assert row == pytest.approx(WHOLE)
    # 100 and 60 won, 80 lost weigh as much as 240^2 / (100^2 + 60^2 + 80^2) = 2.88 cases; new business is all of 500
    assert by_amount == pytest.approx([*wilson(2 / 3, 2.88, 0.8), *ranges[2:]])
    assert ranges[0] < 2 / 3 < ranges[1]
    assert ranges[2] < 1 / 4 < ranges[3]
    assert row["created"] == row["won"] + row["lost"] + row["rejected"] + row["open"]


def test_the_columns_of_the_contract_come_first_and_in_order() -> None:
    assert wa.csql_funnel(found(), START, END, by="csm").columns[:16].tolist() == [
        "csm", "created", "created_arr", "accepted", "accepted_arr", "acceptance_rate", "won", "won_arr", "lost",
        "close_rate", "new_business_close_rate", "times_new_business", "pipeline_share", "qualified_share",
        "goal_arr", "attainment",
    ]  # fmt: skip


def test_by_csm_each_has_their_own_and_new_business_is_the_whole_books() -> None:
    table = wa.csql_funnel(found(), START, END, by="csm")
    columns = [
        "csm",
        "created",
        "created_arr",
        "accepted_arr",
        "won",
        "lost",
        "rejected",
        "open",
        "close_rate",
    ]
    assert table[columns].to_numpy().tolist() == [
        ["Ana", 4, 400.0, 400.0, 2, 0, 0, 2, 1.0],
        ["Bo", 4, 180.0, 80.0, 0, 1, 2, 1, 0.0],
    ]
    assert table["pipeline_share"].tolist() == [0.4, 0.16]
    assert table["new_business_close_rate"].tolist() == [0.25, 0.25]  # P has no CSM: it never bought
    alone = wa.csql_funnel(found().where(csm="Ana"), START, END)
    pd.testing.assert_frame_equal(alone, table.drop(columns="csm").head(1))


def test_by_segment_new_business_is_that_of_the_segment() -> None:
    table = wa.csql_funnel(found(), START, END, by="segment").set_index("segment")
    assert table["new_business_close_rate"].to_dict() == {"Enterprise": 1.0, "SMB": 0.0}
    assert table.loc["Enterprise", "times_new_business"] == 1.0
    assert math.isnan(table.loc["SMB", "times_new_business"])


def test_a_cohort_for_each_quarter_of_creation_with_what_is_open() -> None:
    table = wa.csql_funnel(found(), START, END, freq="quarter")
    columns = ["period_end", "created", "accepted", "won", "lost", "rejected", "open"]
    assert table[columns].to_numpy().tolist() == [
        [pd.Timestamp("2026-03-31"), 5, 4, 1, 1, 1, 2],
        [pd.Timestamp(END), 3, 1, 1, 0, 1, 1],
    ]


def test_an_opportunity_lacking_the_product_is_a_row_of_its_own() -> None:
    table = wa.csql_funnel(found(), START, END, by="product").set_index("product")
    assert table["created"].to_dict() == {"Core": 0, "(not set)": 8}
    own = found(opportunities=deals().assign(product="Core"))
    assert wa.csql_funnel(own, START, END, by="product")["created"].tolist() == [8]


def test_without_any_history_the_stage_decides_and_there_is_no_close_rate() -> None:
    row = only(wa.csql_funnel(found(stage_history=None), START, END))
    assert (row["accepted"], row["accepted_arr"]) == (3, 200.0)  # C2 and C7 won, C5 stands in S2
    assert (row["rejected"], row["unknown"]) == (3, 3)
    assert math.isnan(row["close_rate"])  # 2 of 2 would only say that won ones are known
    assert "stage_history" in wa.csql_gaps(found(stage_history=None))["table"].tolist()
    assert wa.qualification(found(stage_history=None), START, END)["close_rate_with"].isna().all()
    assert set(wa.csql_reasons(found(stage_history=None), START, END)["outcome"]) == {"unknown"}


@pytest.mark.parametrize(
    ("stage", "accepted"), [("S1", 0), ("S2", 1), ("S3", 1), ("S10", 1), ("X3", 0), ("Lost", 0)]
)
def test_a_later_stage_of_the_same_numbering_is_accepted_too(stage: str, accepted: int) -> None:
    one = deals([("O", "A", "expansion", "csql", 10, "2026-01-10", None, stage, None, None)])
    assert only(wa.csql_funnel(found(opportunities=one), START, END))["accepted"] == accepted


def test_the_accepted_stage_is_a_definition() -> None:
    named = stood([("C1", "Qualified", "2026-01-11"), ("C4", "S2", "2026-03-02")])
    held = found(stage_history=named).redefine(accepted_stage="Qualified")
    assert only(wa.csql_funnel(held, START, END))["accepted"] == 3  # C1, and the two won
    assert only(wa.csql_funnel(held, START, END))["days_to_accept"] == 1


OWNERS = pd.DataFrame(
    [("B", "Ana", "2025-01-01"), ("B", "Bo", "2026-04-01")], columns=["account_id", "csm", "from_date"]
)


def test_a_reassigned_account_counts_for_each_owner_by_the_days_held() -> None:
    table = wa.csql_funnel(found(), START, END, by="csm", goal=0.3, owners=OWNERS).set_index("csm")
    assert table["created"].to_dict() == {"Ana": 6, "Bo": 2}  # C3 and C4 of February and March were Ana's
    # 90 of 181 days of 500 are Ana's: 248.62
    assert table["starting_arr"].to_dict() == {"Ana": 1248.62, "Bo": 251.38}
    assert table["goal_arr"].to_dict() == {"Ana": 185.75, "Bo": 37.4}  # x 30% x 181 / 365
    today = wa.csql_funnel(found(), START, END, by="csm", goal=0.3).set_index("csm")
    assert today["created"].to_dict() == {"Ana": 4, "Bo": 4}
    assert today["goal_arr"].sum() == pytest.approx(table["goal_arr"].sum(), abs=0.011)


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_the_books_own_history_of_owners_counts_without_being_asked(engine: str) -> None:
    """Bo takes over 500 in June: 30 of the year's 365 days are 41.10, and of them 20% are 8.22. One row of an Account
    History says so, with the former owner; what was created before is Ana's."""
    taken = pd.DataFrame({"account_id": ["B"], "csm": ["Bo"], "from_date": ["2026-06-01"], "former": ["Ana"]})
    held = found(owners=taken.assign(from_date=pd.to_datetime(taken["from_date"])))
    if engine == "polars":
        frames = {name: pl.from_pandas(table) for name, table in held.tables.items()}
        held = wa.Book.from_frames(END, **frames)
    table = wa.csql_funnel(held, "2025-06-30", END, by="csm", goal=0.2).set_index("csm")
    assert table["starting_arr"].to_dict() == {"Ana": 1458.9, "Bo": 41.1}
    assert table["goal_arr"].to_dict() == {"Ana": 291.78, "Bo": 8.22}
    assert table["created"].to_dict() == {"Ana": 9, "Bo": 0}  # and the one of 31 December
    assert wa.known(held, "2026-05-31").rows("owners") == 0


def test_a_year_long_goal_is_the_share_of_the_book() -> None:
    row = only(wa.csql_funnel(found(), "2025-06-30", END, goal=0.15))
    assert row["goal_arr"] == 225.0  # 15% of 1,500


def goals(*rows: tuple[str, str | None, str | None, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period", "scope", "who", "target"]).assign(metric="csql_arr")


QUARTERS = [
    ("2026-Q1", "team", None, 90.0), ("2026-Q2", "team", None, 182.0),
    ("2026-Q1", "csm", "Ana", 60.0), ("2026-Q1", "csm", "Bo", 30.0), ("2026-Q2", "csm", "Ana", 91.0),
]  # fmt: skip


def test_the_goal_is_that_of_the_targets_by_days() -> None:
    held = found(targets=goals(*QUARTERS))
    assert only(wa.csql_funnel(held, START, END))["goal_arr"] == 272.0
    assert only(wa.csql_funnel(held, START, "2026-03-31"))["goal_arr"] == 90.0
    assert only(wa.csql_funnel(held, START, "2026-04-30"))["goal_arr"] == 150.0  # and 30 of 91 days
    by = wa.csql_funnel(held, START, END, by="csm").set_index("csm")
    assert by["goal_arr"].to_dict() == {"Ana": 151.0, "Bo": 30.0}
    assert only(wa.csql_funnel(held.where(csm="Ana"), START, END))["goal_arr"] == 151.0
    assert math.isnan(only(wa.csql_funnel(held.where(segment="SMB"), START, END))["goal_arr"])
    assert math.isnan(only(wa.csql_funnel(held, "2024-12-31", "2025-03-31"))["goal_arr"])


def test_a_target_for_just_these_days_wins_over_those_of_the_quarters() -> None:
    held = found(targets=goals(*QUARTERS, ("2026", "team", None, 1000.0)))
    assert wa.team_target(held, "csql_arr", START, "2026-12-31") == 1000.0
    assert wa.team_target(held, "csql_arr", START, END) == 272.0
    assert wa.team_target(held, "nrr", START, END, otherwise=7.0) == 7.0


def test_reasons_before_and_after_acceptance() -> None:
    assert wa.csql_reasons(found(), START, END).to_numpy().tolist() == [
        ["rejected", "Timing", 1, 50.0, 1.0],
        ["lost", "No budget", 1, 80.0, 1.0],
        ["unknown", "(not stated)", 1, 20.0, 1.0],  # C8: nobody tells whether it was accepted
    ]


def test_reasons_and_stages_of_each_csm() -> None:
    """Ana's and Bo's own, which are what a book of theirs alone has."""
    reasons = wa.csql_reasons(found(), START, END, by="csm")
    assert reasons[["csm", "outcome", "arr", "share"]].to_numpy().tolist() == [
        ["Bo", "rejected", 50.0, 1.0],
        ["Bo", "lost", 80.0, 1.0],
        ["Bo", "unknown", 20.0, 1.0],
    ]
    stages = wa.csql_stages(found(), START, END, by="csm")
    assert stages[["csm", "stage", "csqls", "days_median"]].to_numpy().tolist() == [
        ["Ana", "S1", 3, 10.0],  # of 10, 30 and 5
        ["Ana", "S2", 2, 55.0],  # C7; C1 went back to S1, where it had stood before
        ["Bo", "S1", 2, 17.0],  # of 20 and 14
        ["Bo", "S2", 1, 30.0],
    ]
    for metric in (wa.csql_reasons, wa.csql_stages):
        alone, table = metric(found().where(csm="Bo"), START, END), metric(found(), START, END, by="csm")
        own = table[table["csm"] == "Bo"].drop(columns="csm").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone, check_dtype=False)


def test_completeness_of_each_part_and_how_often_such_ones_close() -> None:
    table = wa.qualification(found(), START, END).set_index("part")
    counts = ["created", "filled", "won_with", "closed_with", "won_without", "closed_without"]
    assert table[counts].T.to_dict("list") == {
        "pain": [8, 7, 2, 3, 0, 0],  # all but C6
        "impact": [8, 3, 1, 2, 1, 1],  # C1 open, C2 won, C3 lost; C7 won without
        "(all parts)": [8, 3, 1, 2, 1, 1],
    }
    assert table.loc["impact", ["close_rate_with", "close_rate_without"]].tolist() == [0.5, 1.0]
    assert math.isnan(table.loc["pain", "close_rate_without"])
    bare = deals().drop(columns=["qualification_pain", "qualification_impact"])
    assert wa.qualification(found(opportunities=bare), START, END).empty


def test_days_in_each_stage() -> None:
    table = wa.csql_stages(found(), START, END).set_index("stage")
    assert table["csqls"].to_dict() == {"S1": 5, "S2": 3}
    assert table["still_there"].to_dict() == {"S1": 1, "S2": 0}  # C1 is back in S1
    assert table["days_median"].to_dict() == {"S1": 14.0, "S2": 42.5}  # 10 30 20 14 5; 30 55


def test_a_book_without_sources_types_or_opportunities() -> None:
    bare = found(opportunities=deals().drop(columns=["source", "type"]))
    row = only(wa.csql_funnel(bare, START, END))
    assert (row["created"], row["accepted_arr"]) == (0, 0.0)
    assert math.isnan(row["new_business_close_rate"])
    assert {"source", "type"} <= set(wa.csql_gaps(bare)["column"].dropna())
    with pytest.raises(wa.MissingTable, match="opportunities"):
        wa.csql_funnel(found(opportunities=None), START, END)


def test_an_empty_book_an_empty_table() -> None:
    empty = wa.Book.from_frames(END, contracts(), opportunities=deals([]))
    assert wa.csql_funnel(empty, START, END).empty
    assert wa.csql_funnel(empty, START, END).columns.equals(wa.csql_funnel(found(), START, END).columns)


def test_what_it_refuses() -> None:
    with pytest.raises(wa.PeriodError, match="as-of date"):
        wa.csql_funnel(found(), START, "2026-12-31")
    with pytest.raises(wa.ConfigError, match=r"0\.15 for 15%"):
        wa.csql_funnel(found(), START, END, goal=-1)
    with pytest.raises(wa.ConfigError, match="from_date"):
        wa.csql_funnel(found(), START, END, by="csm", owners=OWNERS.drop(columns="from_date"))
    with pytest.raises(wa.UnknownName, match="cms"):
        wa.csql_funnel(found(), START, END, by="cms")
    with pytest.raises(wa.MissingTable, match="opportunities"):
        wa.csql_funnel(book(END, *ROWS), START, END)


@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABP"), st.integers(1, 10**6), st.sampled_from(["S1", "S2", "Won", "Lost"]),
            st.booleans(), st.sampled_from(["csql", "csql", "Event"]),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_groups_add_up_and_every_csql_has_one_fate(drawn: list[tuple[str, int, str, bool, str]]) -> None:
    rows = [
        (f"O{n}", account, "new", source, cents / 100, "2026-02-01", None, stage,
         {"Won": True, "Lost": False}.get(stage), None)
        for n, (account, cents, stage, _, source) in enumerate(drawn)
    ]  # fmt: skip
    stages = [(f"O{n}", "S2", "2026-02-02") for n, one in enumerate(drawn) if one[3]]
    held = found(opportunities=deals(rows), stage_history=stood(stages))
    whole = only(wa.csql_funnel(held, START, END))
    assert whole["created"] == whole["won"] + whole["lost"] + whole["rejected"] + whole["open"]
    assert whole["accepted"] >= whole["won"] + whole["lost"]
    for by in ("csm", "segment", "product"):
        table = wa.csql_funnel(held, START, END, by=by)
        for name in ("created", "accepted", "won", "lost", "open", "rejected", "unknown"):
            assert table[name].sum() == whole[name]
        for name in ("created_arr", "accepted_arr", "won_arr", "starting_arr"):
            assert round(table[name].sum(), 2) == whole[name]
