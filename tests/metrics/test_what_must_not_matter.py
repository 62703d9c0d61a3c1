"""ARR does not depend on who counts as one customer, nor on how far the book goes on after the day."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import workahead as wa
from contracts import contracts
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIRST = dt.date(2024, 1, 1)
PARENTS = pd.DataFrame(
    {"account_id": list("ABC"), "parent_id": [None, "A", None], "segment": ["x", "y", "y"]}
)
ARR = ["starting", "ending"]
few = settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def lines(draw: st.DrawFn) -> pd.DataFrame:
    """Contracts of three accounts; links lead from a contract to one that starts before it."""
    rows: list[tuple[object, ...]] = []
    for number in range(draw(st.integers(1, 8))):
        start = FIRST + dt.timedelta(days=draw(st.integers(0, 500)))
        length = draw(st.one_of(st.none(), st.integers(0, 400)))
        end = None if length is None else start + dt.timedelta(days=length)
        before = [row[0] for row in rows if row[2] <= start]  # type: ignore[operator]
        replaces = draw(st.sampled_from([None, *before]))
        account, product = draw(st.sampled_from("ABC")), draw(st.sampled_from(["P", None]))
        rows.append((f"S{number}", account, start, end, draw(st.integers(1, 9_999)) / 100, replaces, product))
    return contracts(*rows)


def monthly(
    frame: pd.DataFrame, as_of: str, end: str, by: str | None = None, **definitions: object
) -> pd.DataFrame:
    how = wa.Definitions(**definitions)
    book = wa.Book.from_frames(as_of, frame, accounts=PARENTS, definitions=how)
    return wa.movements(book, "2023-12-31", end, freq="month", by=by)


@few
@given(lines(), st.sampled_from([0, 30]))
def test_starting_and_ending_arr_are_the_same_at_every_grain(frame: pd.DataFrame, late: int) -> None:
    tables = [
        monthly(frame, "2025-06-30", "2025-06-30", grain=grain, late_renewal_days=late)[ARR]
        for grain in ("subscription", "account", "parent")
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table)


@few
@given(lines(), st.sampled_from([None, "segment"]))
def test_a_period_that_is_over_stays_as_it_was_when_the_book_goes_on(
    frame: pd.DataFrame, by: str | None
) -> None:
    """With the dates as they stand; a renewal that is still awaited may of course come, or not."""
    then = monthly(frame, "2024-12-31", "2024-12-31", by, late_renewal_days=0)
    now = monthly(frame, "2025-12-31", "2024-12-31", by, late_renewal_days=0)
    if by is not None:  # a group whose first customer comes later is not there yet
        now = now[now[by].isin(then[by])].reset_index(drop=True)
    pd.testing.assert_frame_equal(then, now)


@few
@given(lines())
def test_late_renewals_only_add_to_arr(frame: pd.DataFrame) -> None:
    """A bridged gap, or an overdue contract, is ARR that the bare dates do not have; nothing else changes."""
    strict = monthly(frame, "2025-06-30", "2025-06-30", late_renewal_days=0)
    usual = monthly(frame, "2025-06-30", "2025-06-30", late_renewal_days=30)
    assert (usual["ending"] >= strict["ending"]).all()
