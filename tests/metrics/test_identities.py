"""What must hold for every book, by hypothesis."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import workahead as wa
from contracts import contracts
from examples import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

AS_OF = dt.date(2025, 6, 20)
FIRST = dt.date(2023, 1, 1)
KINDS = ["new", "reactivation", "expansion", "contraction", "churn"]
ACCOUNTS = pd.DataFrame(
    {
        "account_id": list("ABCDE"),
        "segment": ["x", "y", "x", None, "y"],
        "parent_id": [None, "A", None, "B", None],
    }
)
calm = settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=examples(4), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def lines(draw: st.DrawFn, most: int = 12) -> pd.DataFrame:
    """Contracts of five accounts: gaps, overlaps, links, open ends, whole cents."""
    rows = []
    for number in range(draw(st.integers(1, most))):
        start = FIRST + dt.timedelta(days=draw(st.integers(0, 900)))
        length = draw(st.one_of(st.none(), st.integers(0, 400)))
        end = None if length is None else start + dt.timedelta(days=length)
        replaces = f"S{draw(st.integers(0, number - 1))}" if number and draw(st.integers(0, 3)) == 0 else None
        rows.append(
            (
                f"S{number}", draw(st.sampled_from("ABCDE")), start, end, draw(st.integers(0, 99_999)) / 100,
                replaces, draw(st.sampled_from(["P", "Q", None])), draw(st.sampled_from(["active", "lost", None])),
            )
        )  # fmt: skip
    return contracts(*rows)


definitions = st.builds(
    wa.Definitions,
    grain=st.sampled_from(["account", "parent", "subscription"]),
    late_renewal_days=st.sampled_from([0, 30]),
    reactivation_days=st.sampled_from([None, 60]),
    fiscal_year_start=st.sampled_from([1, 4]),
)
bys = st.sampled_from([None, "segment", "product", ["segment", "product"]])


def of(frame: pd.DataFrame, how: wa.Definitions, as_of: dt.date = AS_OF) -> wa.Book:
    return wa.Book.from_frames(as_of, frame, accounts=ACCOUNTS, definitions=how)


@calm
@given(lines(), definitions, bys, st.sampled_from([None, "month", "quarter", "year"]))
def test_every_bridge_adds_up_to_the_cent(
    frame: pd.DataFrame, how: wa.Definitions, by: object, freq: object
) -> None:
    table = wa.movements(of(frame, how), "2023-09-12", AS_OF, freq=freq, by=by)  # type: ignore[arg-type]
    cents = (table[["starting", *KINDS, "ending"]] * 100).round().astype("int64")
    assert (cents >= 0).all(axis=None)
    net = cents["new"] + cents["reactivation"] + cents["expansion"] - cents["contraction"] - cents["churn"]
    assert (cents["starting"] + net == cents["ending"]).all()


@calm
@given(lines(), definitions, bys)
def test_every_period_of_a_bridge_ends_at_the_arr_of_that_day(
    frame: pd.DataFrame, how: wa.Definitions, by: object
) -> None:
    b = of(frame, how)
    table = wa.movements(b, "2023-12-31", AS_OF, freq="quarter", by=by)  # type: ignore[arg-type]
    names = b.by(by)  # type: ignore[arg-type]
    for end, part in table.groupby("period_end"):
        at = wa.arr(b, at=end, by=by)  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(
            part[[*names, "ending"]].reset_index(drop=True),
            at[[*names, "arr"]].rename(columns={"arr": "ending"}),
        )


@calm
@given(lines(), definitions)
def test_the_detail_adds_up_to_the_bridge(frame: pd.DataFrame, how: wa.Definitions) -> None:
    b = of(frame, how)
    table, detail = wa.movements(b, "2024-01-15", AS_OF), wa.movement_detail(b, "2024-01-15", AS_OF)
    for kind in KINDS:
        total = table[kind].sum()
        assert detail.loc[detail["movement"] == kind, "change"].abs().sum() == pytest.approx(total, abs=1e-6)


@calm
@given(lines(), definitions, bys, st.integers(1, 18))
def test_grr_is_at_most_one_and_at_most_nrr(
    frame: pd.DataFrame, how: wa.Definitions, by: object, months: int
) -> None:
    b = of(frame, how)
    for basis in ("cohort", "aggregate", "bridge"):
        table = wa.retention(b, months=months, by=by, basis=basis).dropna(subset="grr")  # type: ignore[arg-type]
        assert (table["grr"] <= 1).all()
        assert (table["grr"] <= table["nrr"]).all()


@calm
@given(lines(), definitions, bys)
def test_net_retention_is_the_bridge_of_the_customers_of_then(
    frame: pd.DataFrame, how: wa.Definitions, by: object
) -> None:
    """Over one window, (start + expansion - contraction - churn), point to point, is the cohort's ARR now."""
    b = of(frame, how)
    flows = wa.movements(b, "2024-06-20", AS_OF, by=by)  # type: ignore[arg-type]
    kept = wa.retention(b, months=12, by=by)  # type: ignore[arg-type]
    gross = flows["starting"] - flows["contraction"] - flows["churn"]
    np.testing.assert_allclose(kept["retained_gross_arr"], gross, atol=1e-6)
    np.testing.assert_allclose(kept["retained_net_arr"], gross + flows["expansion"], atol=1e-6)


@few
@given(lines(), definitions, st.sampled_from([2, 10, 1000]))
def test_scaling_every_arr_scales_the_tables(frame: pd.DataFrame, how: wa.Definitions, factor: int) -> None:
    one, more = of(frame, how), of(frame.assign(arr=(frame["arr"] * factor).round(2)), how)
    a, b = (wa.movements(book, "2023-12-31", AS_OF, freq="quarter", by="segment") for book in (one, more))
    np.testing.assert_allclose(
        a[["starting", *KINDS, "ending"]] * factor, b[["starting", *KINDS, "ending"]], atol=1e-4
    )
    np.testing.assert_allclose(wa.cohorts(one)["rate"], wa.cohorts(more)["rate"], atol=1e-9)
    np.testing.assert_allclose(wa.retention(one)["nrr"], wa.retention(more)["nrr"], atol=1e-9)


@few
@given(lines(), definitions, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame: pd.DataFrame, how: wa.Definitions, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    same(of(frame, how), of(frame.iloc[order], how))


@few
@given(lines(), definitions.filter(lambda d: d.grain != "subscription"))
def test_splitting_a_contract_in_two_consecutive_halves_changes_nothing(
    frame: pd.DataFrame, how: wa.Definitions
) -> None:
    """The halves are linked, as a CRM would: the second replaces the first."""
    row = frame.iloc[0]
    end = row["end_date"] if pd.notna(row["end_date"]) else pd.Timestamp("2026-06-30")
    middle = row["start_date"] + (end - row["start_date"]) // 2
    middle = pd.Timestamp(middle).normalize()
    if middle >= end:
        return
    rest = frame.iloc[1:].copy()
    assume(
        not (rest["replaces"].eq("S0") & (rest["start_date"] <= middle)).any()
    )  # it had already been replaced
    rest["replaces"] = rest["replaces"].replace("S0", "half")
    first = row.to_frame().T.assign(end_date=middle)
    second = row.to_frame().T.assign(
        subscription_id="half", start_date=middle + pd.Timedelta(days=1), replaces="S0"
    )
    halves = pd.concat([first, second, rest], ignore_index=True).astype(frame.dtypes.to_dict())
    same(of(frame, how), of(halves, how))


@few
@given(lines(), definitions, st.sampled_from(["month", "quarter", "year"]))
def test_one_cohort_alone_is_the_same_cohort_in_the_full_table(
    frame: pd.DataFrame, how: wa.Definitions, freq: str
) -> None:
    """At grain account, the accounts of one cohort as a book of their own."""
    b = of(frame, wa.Definitions(**{**how.model_dump(), "grain": "account"}))
    full = wa.cohorts(b, freq, "gross", by="account_id")  # type: ignore[arg-type]
    table = wa.cohorts(b, freq, "gross")  # type: ignore[arg-type]
    for cohort, members in full.groupby("cohort"):
        alone = wa.cohorts(b.where(account_id=members["account_id"].unique().tolist()), freq, "gross")  # type: ignore[arg-type]
        wanted = table[table["cohort"] == cohort].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, wanted)


@few
@given(lines(), definitions)
def test_cohort_sizes_are_the_customers_and_cells_never_exceed_what_is_possible(
    frame: pd.DataFrame, how: wa.Definitions
) -> None:
    b = of(frame, how)
    logos, gross, net = (wa.cohorts(b, "month", measure) for measure in ("logos", "gross", "net"))
    assert (logos["value"].between(0, logos["size"])).all()
    assert (gross["value"] <= gross["size"] + 1e-6).all()
    assert (gross["value"] <= net["value"] + 1e-6).all()
    now = net[net["age"] == net.groupby("cohort")["age"].transform("max")]
    assert now["value"].sum() == pytest.approx(wa.arr(b)["arr"].sum(), abs=1e-6)


@few
@given(lines(), definitions)
def test_every_engine_gives_equal_tables(frame: pd.DataFrame, how: wa.Definitions) -> None:
    reference = of(frame, how)
    for convert in (pl.from_pandas, duckdb.from_df):
        b = wa.Book.from_frames(AS_OF, convert(frame), accounts=convert(ACCOUNTS), definitions=how)
        same(reference, b)


def same(a: wa.Book, b: wa.Book) -> None:
    """The two books give equal tables."""
    for metric in (
        lambda book: wa.arr(book, by="segment"),
        lambda book: wa.movements(book, "2023-06-15", AS_OF, freq="quarter", by=["segment", "product"]),
        lambda book: wa.movement_detail(book, "2024-01-31", AS_OF).drop(columns="account_id"),
        lambda book: wa.retention(book, by="segment", basis="bridge"),
        lambda book: wa.retention(book, by="segment"),
        lambda book: wa.cohorts(book, "month", "gross", by="segment"),
        lambda book: wa.cohorts(book, "quarter", "logos"),
        lambda book: wa.cohort_total(book, "year", "net"),
    ):
        pd.testing.assert_frame_equal(metric(a), metric(b))
