"""Definitions side by side, in sentences."""

from __future__ import annotations

import pandas as pd
import pytest
from workahead import words
from workahead.metrics.differences.definition_effects import RULES
from workahead.words.definitions import definition_name

TABLE = pd.DataFrame(
    [
        ("as defined", "", True, 1.00),
        ("basis", "cohort", True, 1.00),
        ("basis", "bridge", False, 0.97),
        ("cap", "each", True, 1.00),
        ("cap", "total", False, 1.00),
        ("late_renewal_days", "0", False, 0.98),
        ("late_renewal_days", "60", False, 1.02),
    ],
    columns=["rule", "choice", "own", "nrr"],
).assign(grr=0.9, logo_retention=float("nan"), renewal_rate=0.8, net_renewal_rate=0.85)


def test_the_spread_names_both_ends_and_what_makes_no_difference() -> None:
    assert words.definitions_sentence(TABLE) == (
        "NRR is 100.0% as defined; another definition makes it as high as 102.0% (renewals up to 60 days late) and "
        "as low as 97.0% (monthly movements added up): 5.0 points between them. Cap makes no difference here."
    )
    assert words.definitions_sentence(TABLE, "grr") == "GRR is 90.0% under every definition."
    missing = TABLE.assign(nrr=[float("nan"), *TABLE["nrr"][1:]])  # as the book defines it there is none
    assert words.definitions_sentence(missing).startswith("There is no NRR to compare")
    said = "There is no logo retention to compare: nothing to count it over."
    assert words.definitions_sentence(TABLE, "logo_retention") == said


def test_cards_say_between_what_each_number_lies() -> None:
    figures = words.definition_figures(TABLE).set_index("label")
    assert figures.loc["NRR", "note"] == "97.0% to 102.0% by definition"
    assert figures.loc["GRR", "note"] == "the same under every definition"
    assert figures["note"].isna()["Logo retention"]


def test_the_difference_names_both_definitions_and_the_largest_accounts() -> None:
    pair = TABLE.iloc[[6, 0]]
    accounts = pd.DataFrame(
        {"account_id": list("ABCDE"), "name": ["Alder", "Birch", None, "Dogwood", "Elm"]}
    ).assign(difference=[0.03, -0.02, 0.007, 0.002, 0.001])
    assert words.difference_sentence(pair, accounts) == (
        "NRR is 102.0% with renewals up to 60 days late and 100.0% with the book's own definitions: +2.0 points, from "
        "5 accounts, the three largest Alder (+3.0 points), Birch (−2.0 points) and C (+0.7 points)."
    )
    assert words.difference_sentence(pair, accounts.head(1)).endswith(
        "+2.0 points, from Alder (+3.0 points)."
    )
    none = words.difference_sentence(TABLE.iloc[[0, 1]], accounts.head(0))
    assert none == "NRR is 100.0% under both, account by account."
    assert "can't be compared" in words.difference_sentence(pair, accounts, "logo_retention")


def test_several_rules_at_once() -> None:
    several = "late_renewal_days: 0; cap: total"
    assert definition_name("several", several) == "Late renewals: none and cap: in total"
    pair = TABLE.iloc[[0, 2]].assign(rule=["several", "basis"], choice=[several, "bridge"])
    said = words.difference_sentence(
        pair, pd.DataFrame({"account_id": ["A"], "name": ["A"], "difference": [0.03]})
    )
    assert "with no late renewals and a cap on the total alone and 97.0% with monthly movements" in said


@pytest.mark.parametrize("rule", RULES)
def test_every_choice_has_words_of_its_own(rule: str) -> None:
    choices = ["never" if choice is None else str(choice) for choice in RULES[rule]]
    names = [definition_name(rule, choice) for choice in choices]
    rows = pd.DataFrame({"rule": rule, "choice": choices, "nrr": 1.0})
    accounts = pd.DataFrame({"account_id": ["A"], "name": ["A"], "difference": [0.0]})
    said = {
        words.difference_sentence(pd.concat([rows.iloc[[at]], TABLE.head(1)]), accounts)
        for at in range(len(rows))
    }
    assert len(set(names)) == len(said) == len(choices)
    assert not any("_" in text for text in [*names, *said])
