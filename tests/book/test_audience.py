"""What one reader may see of a book: their own rows in every table, no id of others, no pay but their own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from workahead.book import engines
from workahead.book.audience import VARIABLE, Audience, from_environment
from workahead.errors import ConfigError, MissingTable, UnknownName

AS_OF = "2026-10-31"
ACCOUNTS = pd.DataFrame(
    [
        ("A1", "Alder", "Enterprise", "Ana", "B1"),  # its parent is Bo's
        ("A2", "Ash", "SMB", "Ana", "A1"),
        ("B1", "Birch", "SMB", "Bo", None),
        ("N1", "Nut", "SMB", None, "elsewhere"),  # its parent is in no export
    ],
    columns=["account_id", "name", "segment", "csm", "parent_id"],
)
LINES = contracts(
    ("S1", "A1", "2024-01-01", "2025-12-31", 100, None, "Core"),
    ("S2", "A1", "2026-01-01", "2026-12-31", 130, "S1;T1", "Core"),  # co-terms one of Bo's
    ("S3", "A2", "2025-01-01", "2026-12-31", 40, None, "Extra"),
    ("T1", "B1", "2024-01-01", "2025-12-31", 1000, None, "Core"),
    ("T2", "B1", "2026-01-01", "2026-12-31", 900, "T1", "Core"),
    ("U1", "N1", "2025-01-01", "2026-12-31", 7, None, "Extra"),
)
OTHERS: dict[str, Any] = {
    "opportunities": pd.DataFrame(
        [
            ("O1", "A1", "S1", False, False, "S2"),
            ("O2", "A2", "S1", False, False, "T2"),  # on Ana's account, of Bo's contract
            ("O3", "B1", "S1", False, False, "T2"),
        ],
        columns=["opportunity_id", "account_id", "stage", "is_closed", "is_won", "renews"],
    ).assign(created_date="2026-09-01"),
    "stage_history": pd.DataFrame(
        {"opportunity_id": ["O1", "O2", "O3"], "stage": "S1", "entered_date": "2026-09-01"}
    ),
    "forecast_calls": pd.DataFrame(
        [("A1", "S2", "Ana"), ("A1", "T2", "Ana"), ("A2", None, "Bo"), ("B1", "T2", "Bo")],
        columns=["account_id", "subscription_id", "called_by"],
    ).assign(renewal_date="2027-01-01", called_on="2026-09-30", category="commit", forecast_arr=1.0),
    "contacts": pd.DataFrame(
        {"contact_id": ["K1", "L1"], "account_id": ["A1", "B1"], "name": ["Kim", "Lou"], "title": "CFO"}
    ),
    "activities": pd.DataFrame(
        [("V1", "A1", "K1;L1"), ("V2", "A2", "L1"), ("V3", "B1", "L1"), ("V4", "A1", "gone")],
        columns=["activity_id", "account_id", "contact_id"],
    ).assign(date="2026-10-01", kind="call"),
    "targets": pd.DataFrame(
        [
            ("2026-Q4", "team", None, 5.0),
            ("2026-Q4", "csm", "Ana", 2.0),
            ("2026-Q4", "csm", "Bo", 3.0),
            ("2026-Q4", "csm", None, 4.0),  # whose name was lost: it may be anybody's
            ("2026-Q4", "segment", "SMB", 1.0),
        ],
        columns=["period", "scope", "who", "target"],
    ).assign(metric="csql_arr"),
}
ANA = Audience(where={"csm": "Ana"}, who="Ana")
PLAN = wa.CompPlan(
    metrics=[{"metric": "nrr", "weight": 1, "target": 1}],
    roles={"CSM": 6000, "Senior CSM": 8000},
    people=[{"who": "Ana", "role": "CSM"}, {"who": "Bo", "role": "Senior CSM"}],
)


@cache
def whole(engine: str = "pandas") -> wa.Book:
    made = wa.Book.from_frames(AS_OF, LINES, accounts=ACCOUNTS, **OTHERS)
    if engine == "pandas":
        return made
    import duckdb
    import polars as pl

    turned = {
        name: pl.from_pandas(frame) if engine == "polars" else duckdb.from_df(frame)
        for name, frame in made.tables.items()
    }
    return wa.Book.from_frames(AS_OF, **turned)


def rows(book: wa.Book, table: str, *columns: str) -> list[tuple[Any, ...]]:
    frame = engines.pandas(book.frame(table).select(*columns))
    return sorted(
        tuple(None if pd.isna(one) else one for one in row)
        for row in frame.itertuples(index=False, name=None)
    )


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_every_table_holds_the_readers_own_rows_and_names_nothing_of_others(engine: str) -> None:
    seen = ANA.apply(whole(engine))
    assert rows(seen, "accounts", "account_id", "parent_id") == [("A1", None), ("A2", "A1")]
    assert rows(seen, "subscriptions", "subscription_id", "replaces") == [
        ("S1", None), ("S2", "S1"), ("S3", None)
    ]  # fmt: skip
    assert rows(seen, "opportunities", "opportunity_id", "renews") == [("O1", "S2")]
    assert rows(seen, "stage_history", "opportunity_id") == [("O1",)]
    calls = [(a, s or "-") for a, s in rows(seen, "forecast_calls", "account_id", "subscription_id")]
    assert calls == [("A1", "S2"), ("A2", "-")]
    assert rows(seen, "contacts", "contact_id") == [("K1",)]
    talks = dict(rows(seen, "activities", "activity_id", "contact_id"))
    assert talks == {"V1": "K1", "V2": None, "V4": "gone"}  # whom no export knows is nobody's secret
    assert {(scope, who) for scope, who, _ in rows_of_targets(seen)} == {("team", None), ("csm", "Ana")}
    assert seen.filters == {"csm": "Ana"}


def rows_of_targets(book: wa.Book) -> list[tuple[Any, ...]]:
    frame = engines.pandas(book.frame("targets").select("scope", "who", "target"))
    return [(s, None if pd.isna(w) else w, t) for s, w, t in frame.itertuples(index=False, name=None)]


def test_a_segments_reader_sees_its_target_and_no_persons() -> None:
    seen = Audience(where={"segment": ["SMB"]}).apply(whole())
    assert {who for _, who, _ in rows_of_targets(seen)} == {None, "SMB"}
    assert rows(seen, "accounts", "account_id") == [("A2",), ("B1",), ("N1",)]


def test_a_products_reader_sees_its_contracts_and_the_accounts_that_have_them() -> None:
    seen = Audience(where={"product": ["Core"]}).apply(whole())
    assert rows(seen, "subscriptions", "subscription_id") == [("S1",), ("S2",), ("T1",), ("T2",)]
    assert rows(seen, "accounts", "account_id") == [("A1",), ("B1",)]
    assert rows(seen, "activities", "activity_id") == [("V1",), ("V3",), ("V4",)]


def test_two_conditions_hold_together() -> None:
    seen = Audience(where={"csm": "Ana", "segment": ["SMB", "Enterprise"], "product": "Extra"}).apply(whole())
    assert rows(seen, "subscriptions", "subscription_id") == [("S3",)]
    assert rows(seen, "accounts", "account_id") == [("A2",)]


def test_a_reader_without_rows_has_an_empty_book_and_is_told_no_names() -> None:
    seen = Audience(where={"csm": "Zoe"}, who="Zoe").apply(whole())
    assert [seen.rows(name) for name in ("accounts", "subscriptions", "activities")] == [0, 0, 0]
    assert wa.retention(seen).empty or wa.retention(seen)["nrr"].isna().all()
    with pytest.raises(UnknownName) as refused:
        ANA.apply(whole()).where(csm="Zoe")
    assert refused.value.known == ["Ana"]


def test_hidden_columns_are_gone_and_required_ones_can_not_be() -> None:
    seen = Audience(hide=["accounts.segment", "contacts.title", "activities.never_there"]).apply(whole())
    assert seen.columns("accounts") == ["account_id", "name", "csm", "parent_id"]
    assert "title" not in seen.columns("contacts")
    with pytest.raises(UnknownName):
        wa.retention(seen, by="segment")
    with pytest.raises(ValidationError) as refused:
        Audience(hide=["accounts.account_id", "acounts.name", "name"])
    said = str(refused.value)
    assert "accounts need account_id" in said
    assert "Did you mean 'accounts'?" in said
    assert "'name': unknown table 'name'. Write table.column, or a table of: accounts," in said


def test_whole_tables_are_gone_but_for_those_without_which_there_is_no_book() -> None:
    seen = Audience(where={"csm": "Ana"}, hide=["contacts", "activities", "stage_history"]).apply(whole())
    assert {"contacts", "activities"} & set(seen.tables) == set()
    with pytest.raises(MissingTable, match="contacts"):
        seen["contacts"]
    with pytest.raises(ValidationError, match="no book is without its subscriptions"):
        Audience(hide=["subscriptions"])
    Audience(hide=["stage_history"]).check(whole())


def test_slips_in_an_audience_are_found_against_the_book() -> None:
    for faulty, known in (
        (Audience(where={"cms": "Ana"}), "column 'cms'"),
        (Audience(where={"csm": ["Ana", "An"]}), "csm 'An'"),
        (Audience(hide=["accounts.phone"]), "column of accounts 'phone'"),
    ):
        with pytest.raises(UnknownName, match=known):
            faulty.check(whole())
    ANA.check(whole())
    Audience(where={"csm": "(not set)"}, hide=["accounts.region"]).check(whole())  # canonical, if not there


def test_texts_of_a_definition_meet_values_that_are_no_text() -> None:
    flagged = ACCOUNTS.assign(level=[1, 2, 2, 3], pilot=[True, False, True, False])
    book = wa.Book.from_frames(AS_OF, LINES, accounts=flagged)
    assert rows(Audience(where={"level": 2}).apply(book), "accounts", "account_id") == [("A2",), ("B1",)]
    assert rows(Audience(where={"pilot": "True"}).apply(book), "accounts", "account_id") == [("A1",), ("B1",)]


def test_a_customer_that_is_a_parent_is_cut_where_the_reader_may_not_see_it() -> None:
    # of the whole book B1 is the customer, with 130 + 40 + 900 of ARR; Ana's customer is A1, with her 170
    book = whole().redefine(grain="parent")
    assert set(wa.movement_detail(book, "2025-12-31", AS_OF)["customer_id"]) == {"B1"}
    for seen in (ANA.apply(book), ANA.apply(whole()).redefine(grain="parent")):
        assert set(wa.movement_detail(seen, "2025-12-31", AS_OF)["customer_id"]) == {"A1"}
        assert wa.arr(seen)[["arr", "customers"]].values.tolist() == [[170.0, 1]]


def test_people_see_their_own_pay_alone() -> None:
    quarter = ("2026-06-30", "2026-09-30")
    everybody = wa.payouts(whole(), PLAN, *quarter)
    assert everybody["who"].tolist() == ["Ana", "Bo"]
    own = wa.payouts(ANA.apply(whole()), PLAN, *quarter)
    pd.testing.assert_frame_equal(own, everybody[everybody["who"] == "Ana"].reset_index(drop=True))
    assert PLAN.seen_by(ANA).roles == {"CSM": 6000}
    for other in (Audience(where={"segment": "SMB"}), Audience(where={"csm": ["Ana", "Bo"]})):
        seen = other.apply(whole())
        assert wa.payouts(seen, PLAN, *quarter).empty
        assert PLAN.of(seen).people == ()
        assert wa.plan_cost(seen, PLAN, *quarter)["cost"].sum() == 0


def test_an_account_that_has_gone_to_somebody_else_is_not_named() -> None:
    now = ACCOUNTS.assign(
        csm=["Ana", "Bo", "Bo", None]
    )  # A2, with 40 of ARR at the end of September, is Bo's now
    later = wa.Book.from_frames("2026-11-30", LINES, accounts=now)
    everybody = wa.restated_accounts(whole(), later, "2026-09-30", by="csm")
    assert set(everybody["account_id"]) == {"A2"}
    told = wa.restated_accounts(ANA.apply(whole()), ANA.apply(later), "2026-09-30")
    assert told[["account_id", "name"]].isna().all(axis=None)
    assert (told["difference"].tolist(), told["reason"].tolist()) == ([-40.0], ["moved_account"])
    assert "A2" not in told.to_string()
    assert "S3" not in told.to_string()


def test_a_book_is_opened_as_its_reader_may_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workahead.book.snapshot import write_snapshot

    findings = pd.DataFrame(
        [("high", "accounts", "an account of no one", 1, 7.0, "Nut", "name a CSM")],
        columns=["weight", "table", "finding", "rows", "arr", "example", "advice"],
    )
    place = write_snapshot(
        tmp_path,
        {"accounts": ACCOUNTS, "subscriptions": LINES},
        as_of=AS_OF,
        definitions=wa.Definitions(),
        currency="USD",
        findings=findings,
        set_aside=pd.DataFrame({"file": ["x.csv"], "line": [3], "table": ["accounts"], "value": ["Birch"]}),
    )
    plan = tmp_path / "plan.yml"
    plan.write_text(
        "metrics: [{metric: nrr, weight: 1, target: 1}]\nroles: {CSM: 1, Senior: 2}\n"
        "people: [{who: Ana, role: CSM}, {who: Bo, role: Senior}]\n",
        encoding="utf-8",
    )
    everything = wa.Book.open(place)
    assert (everything.rows("accounts"), len(everything.findings), len(everything.set_aside)) == (4, 1, 1)
    assert len(wa.comp_plan(plan).people) == 2
    monkeypatch.setenv(VARIABLE, ANA.json_text())
    for engine in ("pandas", "polars", "duckdb"):
        seen = wa.Book.open(place, engine)
        assert seen.rows("accounts") == 2
        assert seen.audience == ANA
    assert (len(seen.findings), len(seen.set_aside), seen.folder) == (0, 0, None)
    assert wa.comp_plan(plan).model_dump()["roles"] == {"CSM": 1}
    assert [one.who for one in wa.comp_plan(plan).people] == ["Ana"]
    for derived in (
        seen.redefine(late_renewal_days=0),
        seen.where(segment="SMB"),
        wa.known(seen, "2026-06-30"),
    ):
        assert derived.audience == ANA
    monkeypatch.setenv(VARIABLE, json.dumps({"were": {}}))
    with pytest.raises(ConfigError, match=f"{VARIABLE} holds no audience"):
        wa.Book.open(place)
    monkeypatch.setenv(VARIABLE, "")
    assert from_environment() is None


CSMS = ["Ana", "Bo", None]


@st.composite
def split_tables(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Accounts dealt out among CSMs, and rows of every table that name one another across them."""

    def ids(kind: str, most: int) -> list[str]:
        return [f"{kind}-{n}" for n in range(draw(st.integers(1, most)))]

    def each(count: list[str] | int, known: list[Any]) -> list[Any]:
        size = count if isinstance(count, int) else len(count)
        return draw(st.lists(st.sampled_from(known), min_size=size, max_size=size))

    def several(count: list[str] | int, known: list[str]) -> list[str | None]:
        size = count if isinstance(count, int) else len(count)
        cells = st.lists(st.sampled_from(known), max_size=3, unique=True).map(
            lambda some: ";".join(some) or None
        )
        return draw(st.lists(cells, min_size=size, max_size=size))

    accounts, lines, deals, people = ids("acc", 6), ids("sub", 6), ids("opp", 5), ids("con", 5)
    acts, calls = ids("act", 5), draw(st.integers(1, 5))
    return {
        "accounts": pd.DataFrame(
            {
                "account_id": accounts,
                "csm": each(accounts, CSMS),
                "parent_id": each(accounts, [*accounts, None]),
            }
        ),
        "subscriptions": pd.DataFrame(
            {"subscription_id": lines, "account_id": each(lines, accounts), "replaces": several(lines, lines)}
        ).assign(arr=10.0, start_date="2025-01-01", end_date="2026-12-31"),
        "opportunities": pd.DataFrame(
            {"opportunity_id": deals, "account_id": each(deals, accounts), "renews": several(deals, lines)}
        ).assign(stage="S1", created_date="2026-01-01", is_closed=False, is_won=False),
        "stage_history": pd.DataFrame({"opportunity_id": deals}).assign(
            stage="S1", entered_date="2026-01-01"
        ),
        "forecast_calls": pd.DataFrame(
            {"account_id": each(calls, accounts), "subscription_id": each(calls, [*lines, None])}
        ).assign(
            called_on=[f"2026-0{n + 1}-01" for n in range(calls)],
            renewal_date="2027-01-01",
            category="commit",
            forecast_arr=1.0,
        ),
        "contacts": pd.DataFrame({"contact_id": people, "account_id": each(people, accounts)}),
        "activities": pd.DataFrame(
            {"activity_id": acts, "account_id": each(acts, accounts), "contact_id": several(acts, people)}
        ).assign(date="2026-01-01", kind="call"),
    }


KEYS = {
    "accounts": "account_id", "subscriptions": "subscription_id", "opportunities": "opportunity_id",
    "contacts": "contact_id", "activities": "activity_id",
}  # fmt: skip


@settings(max_examples=examples(8), deadline=None)
@given(split_tables(), st.sampled_from(["account", "parent"]))
def test_no_id_of_others_is_in_any_table_however_accounts_are_dealt_out(
    tables: dict[str, pd.DataFrame], grain: str
) -> None:
    book = wa.Book.from_frames(AS_OF, definitions=wa.Definitions(grain=grain), **tables)
    owner = dict(zip(tables["accounts"]["account_id"], tables["accounts"]["csm"], strict=True))
    for who in CSMS:
        seen = Audience(where={"csm": who or "(not set)"}, who=who).apply(book)
        mine = {account for account, csm in owner.items() if csm == who or (who is None and pd.isna(csm))}
        theirs = {
            one
            for table, key in KEYS.items()
            for one, account in zip(tables[table][key], tables[table]["account_id"], strict=True)
            if account not in mine
        }
        for name in book.tables:
            texts = [column for column in seen[name] if pd.api.types.is_string_dtype(seen[name][column])]
            cells = {
                part for column in texts for cell in seen[name][column].dropna() for part in cell.split(";")
            }
            assert not cells & theirs, name
            assert list(seen[name].columns) == list(book[name].columns)
        for name in (
            "accounts",
            "subscriptions",
            "contacts",
            "activities",
        ):  # and nothing of one's own is lost
            own = tables[name][tables[name]["account_id"].isin(mine)]
            assert set(seen[name][KEYS[name]]) == set(own[KEYS[name]])
        if grain == "parent":
            assert set(wa.movement_detail(seen, "2024-12-31", "2025-12-31")["customer_id"]) <= mine
