"""The data check: what it finds, how heavy it is, and what it leaves alone."""

import pandas as pd
from workahead.book.findings import check
from workahead.book.overlaps import overlapping
from workahead.sources.observed import Observation

AS_OF = pd.Timestamp("2026-10-31")


def contracts(*rows, **more):
    """Rows of id, account, product, start, end, ARR."""
    frame = pd.DataFrame(
        rows, columns=["subscription_id", "account_id", "product", "start_date", "end_date", "arr"]
    )
    frame["start_date"], frame["end_date"] = (
        pd.to_datetime(frame["start_date"]),
        pd.to_datetime(frame["end_date"]),
    )
    return frame.assign(arr=frame["arr"].astype(float), **more)


def found(tables, **more):
    return check(tables, as_of=AS_OF, **more)


def one(frame, part):
    rows = frame[frame["finding"].str.contains(part, regex=False)]
    assert len(rows) == 1, frame["finding"].tolist()
    return rows.iloc[0]


FINE = ("1", "A", "P", "2026-01-01", "2026-12-31", 100)


def test_a_sound_book_has_no_findings():
    accounts = pd.DataFrame({"account_id": ["A"]})
    assert found({"subscriptions": contracts(FINE), "accounts": accounts}).empty


def test_overlapping_contracts_of_one_product_without_link():
    frame = contracts(
        FINE, ("2", "A", "P", "2026-06-01", "2027-05-31", 40), ("3", "A", "Q", "2026-06-01", "2027-05-31", 70)
    )
    row = one(found({"subscriptions": frame}), "overlaps another")
    assert (row["weight"], row["rows"], row["arr"], row["example"]) == ("high", 1, 40.0, "2 and 1")


def test_links_and_neighbours_are_no_overlap():
    linked = contracts(
        FINE,
        ("2", "A", "P", "2026-12-01", "2027-11-30", 40),
        ("3", "A", "P", "2027-12-01", None, 40),
        replaces=[None, "1", None],
    )
    assert found({"subscriptions": linked}).empty


def test_a_long_contract_overlaps_all_that_start_inside_it():
    frame = contracts(
        ("1", "A", "P", "2024-01-01", "2027-12-31", 100),
        ("2", "A", "P", "2024-06-01", "2025-05-31", 10),
        ("3", "A", "P", "2026-06-01", "2027-05-31", 20),
    )
    row = one(found({"subscriptions": frame}), "overlap another")
    assert (row["rows"], row["arr"]) == (2, 30.0)


def test_an_open_end_overlaps_whatever_follows():
    frame = contracts(
        ("1", "A", "P", "2024-01-01", None, 100), ("2", "A", "P", "2026-06-01", "2027-05-31", 10)
    )
    assert one(found({"subscriptions": frame}), "overlaps another")["example"] == "2 and 1"


def test_without_products_overlaps_weigh_less():
    frame = contracts(FINE, ("2", "A", "P", "2026-06-01", "2027-05-31", 40)).drop(columns="product")
    assert one(found({"subscriptions": frame}), "no product is given")["weight"] == "medium"


def test_lost_contracts_without_arr_say_that_the_loss_cannot_be_told():
    frame = contracts(
        FINE,
        ("2", "B", "P", "2025-01-01", "2025-12-31", 0),
        ("3", "C", "P", "2026-01-01", None, 0),
        status=["active", "lost", "active"],
    )
    rows = found({"subscriptions": frame})
    row = one(rows, "the dollars lost can't be computed")
    assert (row["weight"], row["rows"], pd.isna(row["arr"])) == ("high", 1, True)
    assert one(rows, "1 contract has an ARR of zero")["rows"] == 1


def test_links_that_lead_nowhere():
    frame = contracts(FINE, ("2", "B", "P", "2026-01-01", None, 50), replaces=[None, "1;9"])
    row = one(found({"subscriptions": frame}), "leads nowhere")
    assert (row["rows"], row["arr"], row["example"]) == (1, 50.0, "2 replaces 9")


def test_orphans_with_their_arr():
    tables = {
        "subscriptions": contracts(FINE, ("2", "X", "P", "2026-01-01", None, 50)),
        "accounts": pd.DataFrame({"account_id": ["A"]}),
    }
    row = one(found(tables), "orphans")
    assert (row["weight"], row["rows"], row["arr"], row["example"]) == ("high", 1, 50.0, "X")


def test_far_dates_brief_terms_and_wild_amounts():
    frame = contracts(
        FINE, ("2", "B", "P", "2026-01-01", "2062-12-31", 100), ("3", "C", "P", "2026-01-01", "2026-01-14", 100),
        ("4", "D", "P", "2026-01-01", "2026-12-31", 100_000_000),
    )  # fmt: skip
    rows = found({"subscriptions": frame})
    assert one(rows, "more than 10 years ahead")["example"] == "2: 2062-12-31"
    assert one(rows, "less than four weeks")["arr"] == 100.0
    assert one(rows, "a thousand times the usual")["example"] == "4"


def test_opportunities_without_type_with_their_amount():
    deals = pd.DataFrame(
        {"opportunity_id": ["1", "2"], "account_id": ["A", "A"], "type": ["new", None], "amount": [5.0, 7.0],
         "is_won": [False, False], "is_closed": [False, False]}
    ).astype({"is_won": "boolean", "is_closed": "boolean"})  # fmt: skip
    row = one(found({"opportunities": deals}), "1 opportunity without a type")
    assert (row["weight"], row["arr"]) == ("medium", 7.0)


def test_row_counts_that_look_cut():
    def source(rows, left_out=0):
        return {"file": "a.csv", "table": "activities", "rows_read": rows, "left_out": left_out}

    assert one(found({}, sources=[source(2_000)]), "exactly 2,000 rows")["weight"] == "high"
    assert one(found({}, sources=[source(1_500, 500)]), "exactly 2,000 rows")["rows"] == 2_000
    assert found({}, sources=[source(2_001)]).empty


def test_nearly_empty_columns_of_large_tables():
    accounts = pd.DataFrame({"account_id": [str(n) for n in range(100)], "csm": ["Ana"] + [None] * 99})
    assert one(found({"accounts": accounts}), "csm is filled in 1%")["weight"] == "low"
    assert found({"accounts": accounts.head(10)}).empty


def test_what_loading_saw_is_weighed_by_the_arr_of_its_accounts():
    seen = Observation("medium", "accounts", "'Tier' = 'Gold' has no meaning yet", 1, None, "", "", ("A",))
    tables = {"subscriptions": contracts(FINE), "accounts": pd.DataFrame({"account_id": ["A"]})}
    assert one(found(tables, observations=[seen]), "Gold")["arr"] == 100.0


def test_heaviest_first_then_by_arr():
    seen = [
        Observation(weight, "accounts", f"{weight} {arr}", 1, arr)
        for weight, arr in (("low", 9.0), ("high", 1.0), ("medium", 5.0), ("high", 2.0))
    ]
    assert found({}, observations=seen)["finding"].tolist() == [
        "high 2.0",
        "high 1.0",
        "medium 5.0",
        "low 9.0",
    ]


def test_a_chain_of_linked_early_renewals_is_no_overlap() -> None:
    """B replaces A early and C replaces B early: A's own last day lies beyond C's start, but A ended with B."""
    chain = pd.DataFrame(
        {
            "subscription_id": ["A", "B", "C"],
            "account_id": "1",
            "product": "Core",
            "start_date": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-06-01"]),
            "end_date": pd.to_datetime(["2024-12-31", "2025-02-28", "2025-05-31"]),
            "arr": 100.0,
            "replaces": [None, "A", "B"],
        }
    )
    assert overlapping(chain).empty
    unlinked = overlapping(chain.assign(replaces=None))
    assert unlinked[["earlier", "later"]].to_numpy().tolist() == [["A", "B"], ["A", "C"], ["B", "C"]]
