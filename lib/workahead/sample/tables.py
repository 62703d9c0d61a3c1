"""The simulation's records as canonical tables; accounts merged away are replaced by the surviving ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from workahead.sample.company import Truth
from workahead.sample.days import series
from workahead.sample.merging import Merger
from workahead.sample.parameters import PRODUCTS, RATES, REGIONS, SEGMENTS
from workahead.sample.words import WORDS, pick
from workahead.sample.world import World, record_id

SPICED: dict[str, list[str]] = WORDS["qualification"]


def dollars(amounts: pd.Series, currencies: pd.Series) -> pd.Series:
    """Whole amounts in US dollars, exact to the cent.

    >>> dollars(pd.Series([50]), pd.Series(["GBP"])).tolist()
    [63.5]
    """
    return amounts * currencies.map(RATES) / 100


class Tables:
    """Each canonical table, from what the simulation wrote down."""

    def __init__(self, w: World, mergers: list[Merger]) -> None:
        self.w, self.mergers = w, mergers
        self.into = {m.account: m for m in mergers}
        survivors = [self.into[a].into if a in self.into else a for a in range(len(w.population.names))]
        self.account_ids = _ids("A", survivors)
        self.contracts = self._dealt(w.contracts)

    def _dealt(self, records: list[Any]) -> pd.DataFrame:
        """Contracts or opportunities as a frame, with the id of the account and the amount's currency."""
        frame = pd.DataFrame([{name: getattr(r, name) for name in r.__slots__} for r in records])
        frame["account_id"] = self._of(frame["account"])
        frame["currency"] = [self.w.population.currency[a] for a in frame["account"]]
        frame["product"] = [PRODUCTS[x] for x in frame["product"]]
        return frame

    def _of(self, accounts: Any) -> list[str]:
        return [self.account_ids[a] for a in accounts]

    def accounts(self, children: dict[int, int], created: list[int], rng: Generator) -> pd.DataFrame:
        w, people, n = self.w, self.w.population, len(self.w.population.names)
        c = self.contracts[[one.serves(w.end) for one in w.contracts]]
        arr = dollars(c["arr"], c["currency"]).groupby(c["account_id"]).sum()
        ids = pd.Series(_ids("A", range(n)))
        held = arr.reindex(ids).fillna(0.0).tolist()
        line = np.quantile([h for h in held if h > 0] or [0.0], 0.86)
        tier = [
            "key" if h > line else ("high_potential" if potential else "standard")
            for h, potential in zip(held, people.potential, strict=True)
        ]
        u, v = rng.random(n), rng.random(n)
        recent = {"key": 0.78, "high_potential": 0.60, "standard": 0.15}
        plan = [
            min(max(w.end - int(y * (380 if x < recent[t] * 0.8 else 900)), created[a] + 5), w.end)
            if x < recent[t] and held[a]
            else None
            for a, (t, x, y) in enumerate(zip(tier, u, v, strict=True))
        ]
        frame = pd.DataFrame(
            {
                "account_id": ids,
                "name": people.names,
                "parent_id": [record_id("A", children[a]) if a in children else None for a in range(n)],
                "segment": [SEGMENTS[s] for s in people.segment],
                "region": [REGIONS[r] for r in people.region],
                "industry": people.industry,
                "tier": tier,
                "csm": [held_by[-1][1] if held_by else None for held_by in people.csm],
                "account_manager": people.manager,
                "created_date": series(created),
                "plan_updated_date": series(plan),
                "country": people.country,
                "type": ["Customer" if h else "Former Customer" for h in held[: people.customers]]
                + ["Prospect"] * (n - people.customers),
            }
        )
        return frame.drop(index=list(self.into)).reset_index(drop=True)

    def subscriptions(self) -> pd.DataFrame:
        c = self.contracts
        return pd.DataFrame(
            {
                "subscription_id": _ids("C", c.index),
                "account_id": c["account_id"],
                "product": c["product"],
                "start_date": series(c["start"]),
                "end_date": series(c["end"]),
                "arr": dollars(c["arr"], c["currency"]),
                "currency": c["currency"],
                "arr_original": c["arr"].astype("float64"),
                "replaces": _joined(c["replaces"].where(c["linked"])),
                "signed_date": series(c["signed"]),
                "status": np.where(c["marked_lost"].notna(), "lost", "active"),
            }
        )

    def opportunities(self, rng: Generator) -> pd.DataFrame:
        o = self._dealt(self.w.opportunities)
        n = len(o)
        untyped = rng.choice(n, min(12, n // 20), replace=False)
        phrase = rng.random((len(SPICED), n))
        stage = [stages[-1][0] for stages in o["stages"]]
        amount = o["amount"].astype("float64")
        of_contract = [None if pd.isna(x) else record_id("C", int(x)) for x in o["contract"]]
        categories = [_category(*x) for x in zip(o["outcome"], stage, rng.random(n), strict=True)]
        return pd.DataFrame(
            {
                "opportunity_id": _ids("O", o.index),
                "account_id": o["account_id"],
                "type": o["type"].mask(o.index.isin(untyped)),
                "source": o["source"].replace("CSQL", "csql"),
                "created_by_role": o["role"],
                "stage": stage,
                "forecast_category": categories,
                "amount": dollars(amount, o["currency"]),
                "currency": o["currency"],
                "amount_original": amount,
                "created_date": series(o["created"]),
                "close_date": series(o["close"]),
                "is_closed": o["outcome"] != "open",
                "is_won": o["outcome"] == "won",
                "owner": o["owner"],
                "renews": _joined(o["renews"]),
                "loss_reason": o["loss_reason"],
                "proposed_uplift": o["uplift"].astype("float64"),
                "product": o["product"],
                "subscription_id": of_contract,
                **{
                    f"qualification_{part}": [
                        pick(phrases, x) if filled >> k & 1 else None
                        for filled, x in zip(o["filled"], phrase[k], strict=True)
                    ]
                    for k, (part, phrases) in enumerate(SPICED.items())
                },
            }
        )

    def stage_history(self) -> pd.DataFrame:
        rows = [(i, *entry) for i, o in enumerate(self.w.opportunities) for entry in o.stages]
        h = pd.DataFrame(rows, columns=["opportunity", "stage", "day"])
        return pd.DataFrame(
            {
                "opportunity_id": _ids("O", h["opportunity"]),
                "stage": h["stage"],
                "entered_date": series(h["day"]),
            }
        )

    def contacts(self, people: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "contact_id": _ids("P", people.index),
                "account_id": self._of(people["account"]),
                **people[["name", "title", "is_decision_maker"]],
                "created_date": series(people["created"]),
                "role": people["role"],
                "left_date": series(people["left"]),
            }
        )

    def activities(self, touches: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "activity_id": _ids("T", touches.index),
                "account_id": self._of(touches["account"]),
                "contact_id": [record_id("P", x) if x >= 0 else None for x in touches["contact"]],
                "date": series(touches["date"]),
                **touches[["kind", "direction", "owner", "subject"]],
            }
        )

    def forecast_calls(self, calls: pd.DataFrame) -> pd.DataFrame:
        said = ["called_by", "category", "forecast_arr", "at_risk_arr", "root_cause", "would_renew"]
        frame = pd.DataFrame(
            {
                "account_id": self._of(calls["account"]),
                "subscription_id": _ids("C", calls["contract"]),
                "renewal_date": series(calls["renewal"]),
                "called_on": series(calls["called"]),
                **calls[[*said, "change_vs_due"]],
            }
        )
        return frame.drop_duplicates(["subscription_id", "called_on", "called_by"], ignore_index=True)

    def recorded(self, touches: pd.DataFrame, rng: Generator) -> dict[str, pd.Series]:
        """Account ids as recorded: what was written down before a merger often keeps the old id."""

        def as_written(accounts: pd.Series, written: pd.Series) -> pd.Series:
            keeps = rng.random(len(accounts)) < 0.6
            return pd.Series(
                [
                    record_id("A", a)
                    if a in self.into and day < self.into[a].day and k
                    else self.account_ids[a]
                    for a, day, k in zip(accounts, written, keeps, strict=True)
                ]
            )

        return {
            "subscriptions": as_written(self.contracts["account"], self.contracts["signed"]),
            "activities": as_written(touches["account"], touches["date"]),
        }

    def truth(self) -> Truth:
        """What was drawn, as tables."""
        w, people, c = self.w, self.w.population, self.contracts
        service = pd.DataFrame(
            {
                "subscription_id": _ids("C", c.index),
                "account_id": c["account_id"],
                "start_date": series(c["start"]),
                "last_day": series(c["served_until"]),
                "arr": dollars(c["arr"], c["currency"]),
            }
        )
        drawn = c["signals"].notna() & c["outcome"].isin(["renewed", "lost"])
        due = c[drawn].reset_index(drop=True)
        signals = pd.DataFrame([{name: getattr(s, name) for name in s.__slots__} for s in due["signals"]])
        contracts = pd.DataFrame(
            {
                "subscription_id": service["subscription_id"][drawn].to_list(),
                "account_id": due["account_id"],
                "renewal_date": series(due["end"] + 1),
                "segment": [SEGMENTS[s] for s in signals["segment"]],
                "product": due["product"],
                "csm": [people.csm[a][-1][1] for a in due["account"]],
                "arr": dollars(due["arr"], due["currency"]),
                "add_on": due["add_on"],
                "probability": due["chance"].astype("float64"),
                "outcome": due["outcome"],
                "renewed_arr": dollars(due["renewed_arr"], due["currency"]),
                "cause": due["cause"],
                "closed_on": series(due["closed"]),
                **signals[["engagement", "champion", "trouble", "uplift", "renewals", "sister_lost"]],
            }
        )
        held = [(a, since, name) for a, rows in enumerate(people.csm) for since, name in rows]
        holders = pd.DataFrame(held, columns=["account_id", "since", "csm"])
        left = [
            (self.account_ids[a], x) for a in range(people.customers) for x, _ in people.left[a] if x <= w.end
        ]
        champions = pd.DataFrame(left, columns=["account_id", "left_date"])
        mergers = pd.DataFrame(
            {
                "account_id": _ids("A", [m.account for m in self.mergers]),
                "into": _ids("A", [m.into for m in self.mergers]),
                "merged_on": series([m.day for m in self.mergers]),
                "name": [people.names[m.account] for m in self.mergers],
            }
        )
        return Truth(
            contracts,
            service,
            holders.assign(account_id=_ids("A", holders["account_id"]), since=series(holders["since"])),
            mergers,
            champions.assign(left_date=series(champions["left_date"])),
        )


def _ids(letter: str, numbers: Any) -> list[str]:
    return [record_id(letter, i) for i in numbers]


def _joined(contracts: pd.Series) -> list[str | None]:
    return [";".join(_ids("C", x)) or None if isinstance(x, list) else None for x in contracts]


def _category(outcome: str, stage: str, u: float) -> str:
    if outcome != "open":
        return "Closed" if outcome == "won" else "Omitted"
    if stage in ("S4", "S5", "Renewal Proposal"):
        return "Commit" if u < 0.5 else "Best Case"
    return "Best Case" if u < 0.3 else "Pipeline"
