"""Links between contracts: which replaces which, and the links that can't be followed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from workahead.sources.observed import Observation


def linked(contracts: pd.DataFrame) -> set[tuple[str, str]]:
    """Pairs (new, old) of contracts that the export links."""
    if "replaces" not in contracts:
        return set()
    links = contracts.dropna(subset=["replaces"])[["subscription_id", "replaces"]]
    links = links.assign(replaces=links["replaces"].str.split(";")).explode("replaces")
    return set(links.assign(replaces=links["replaces"].str.strip()).itertuples(index=False, name=None))


def backwards(contracts: pd.DataFrame) -> set[tuple[str, str]]:
    """Pairs (new, old) whose new contract starts before the old one: they say the opposite of what they mean, and
    would erase the later contract. They are not followed.

    >>> contracts = pd.DataFrame({"subscription_id": ["S1", "S2"], "replaces": ["S2", None],
    ...                           "start_date": pd.to_datetime(["2025-01-01", "2026-01-01"])})
    >>> backwards(contracts)
    {('S1', 'S2')}
    """
    links = pd.DataFrame(sorted(linked(contracts)), columns=["new", "old"], dtype="str")
    if links.empty:
        return set()
    starts = contracts.drop_duplicates("subscription_id").set_index("subscription_id")["start_date"]
    wrong = links[links["new"].map(starts) < links["old"].map(starts)]
    return set(wrong.itertuples(index=False, name=None))


def link_findings(contracts: pd.DataFrame) -> Iterator[Observation]:
    """Links that lead to a contract that is not there, and links that point backwards."""
    known = set(contracts["subscription_id"])
    broken = sorted((new, old) for new, old in linked(contracts) if old not in known)
    if broken:
        yield Observation(
            "medium",
            "subscriptions",
            f"{len(broken):,} {'link' if len(broken) == 1 else 'links'} to a replaced contract "
            f"{'leads' if len(broken) == 1 else 'lead'} nowhere: it is not in the book",
            len(broken),
            _arr(contracts, broken),
            f"{broken[0][0]} replaces {broken[0][1]}",
            "export the old contracts, too; without them the link can't end anything",
        )
    if wrong := sorted(backwards(contracts)):
        yield Observation(
            "high",
            "subscriptions",
            f"{len(wrong):,} {'link says' if len(wrong) == 1 else 'links say'} that a contract replaces a later one: "
            "not followed, so both count by their own dates",
            len(wrong),
            _arr(contracts, wrong),
            f"{wrong[0][0]} replaces {wrong[0][1]}",
            "enter the link on the new contract, naming the old; or map the column as `replaced_by`",
        )


def _arr(contracts: pd.DataFrame, pairs: list[tuple[str, str]]) -> float:
    """ARR of the contracts that carry the links."""
    return float(contracts.loc[contracts["subscription_id"].isin([new for new, _ in pairs]), "arr"].sum())
