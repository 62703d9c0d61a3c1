"""From contracts to service: when each subscription's ARR really begins and ends.

CRMs hold contracts; customers have service. Here late renewals are bridged, contracts that were renewed early or
co-termed end the day before their successor, and what ran out a few days ago without a word stays, as overdue.

| case | its ARR counts until |
|---|---|
| a subscription that `replaces` it starts before it ends | the day before that start |
| a successor starts after it ended, at most `late_renewal_days` after the renewal date | the day before that start |
| it ran out at most `late_renewal_days` before the as-of date, no successor, not lost | still counts: overdue |
| anything else | its last day of service |

A link to a contract that starts later than the one that carries it is not followed (see :mod:`workahead.book.links`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from workahead.book import engines
from workahead.book.engines import Frame
from workahead.book.ordered import AT, as_text, beside, coded, in_order
from workahead.book.tables import NOT_SET

if TYPE_CHECKING:
    import pandas as pd

    from workahead.book.definitions import Definitions
    from workahead.book.engines import Engine

ACCOUNT = "__account"


def service(
    tables: dict[str, Any],
    as_of: pd.Timestamp,
    definitions: Definitions,
    engine: Engine,
    keys: tuple[str, ...] = (),
) -> Frame:
    """One row a subscription with ARR: subscription_id, account_id, the ``keys``, start_date, end_date, cents (whole
    cents of ARR), stop (the first day without its ARR; missing while it counts), overdue, successor (the start of the
    subscription that renews it by account and product), and ACCOUNT: account_id as the engine compares it fastest.
    """
    subscriptions = engines.lazy(tables["subscriptions"])
    have = engines.columns(subscriptions)
    groups = [nw.col(key).cast(nw.String).fill_null(NOT_SET) for key in keys]
    everything = subscriptions.with_columns(
        *groups,
        cents=(nw.col("arr") * 100).round(0).cast(nw.Int64),
        line=nw.col("product").fill_null("") if "product" in have else nw.lit(""),
    ).filter(nw.col("cents") > 0)
    everything = coded(everything, "account_id", engine)
    columns = list(dict.fromkeys(["subscription_id", "account_id", *keys, "start_date", "end_date", "cents"]))
    needed = [*columns, "line"]
    linked = (
        _replaced(subscriptions, engine) if "replaces" in have else None
    )  # a contract of no ARR ends one, too
    lost = lost_contracts(tables, subscriptions, have, as_of, engine)

    frame = _next_of_product(
        everything.select(*needed), "product" in have, definitions.early_renewal_days, engine
    )
    frame = frame.filter(nw.col("start_date") <= engines.day(as_of, engine))
    frame = (
        frame.join(linked, on="subscription_id", how="left")
        if linked is not None
        else frame.with_columns(replaced_on=nw.lit(None, dtype=engines.day_type(engine)))
    )
    is_lost = nw.lit(False)
    if lost is not None:
        frame = frame.join(lost, on="subscription_id", how="left")
        is_lost = ~nw.col("lost").is_null()

    renewal_date = engines.plus_days(nw.col("end_date"), 1, engine)
    latest_start = engines.plus_days(nw.col("end_date"), 1 + definitions.late_renewal_days, engine)
    patience = engines.plus_days(nw.col("end_date"), definitions.late_renewal_days, engine)
    today = engines.day(as_of, engine)
    # a link that points backwards would erase the contract: it is a finding, and not followed
    frame = frame.with_columns(
        replaced_on=nw.when(nw.col("replaced_on") >= nw.col("start_date")).then(nw.col("replaced_on"))
    )
    next_start = nw.coalesce(nw.col("replaced_on"), nw.col("next_start"))
    overdue = (
        nw.col("replaced_on").is_null()
        & nw.col("successor").is_null()
        & ~is_lost
        & (nw.col("end_date") < today)
        & (patience >= today)
    )
    stop = (
        nw.when(nw.col("replaced_on") <= nw.col("end_date"))
        .then(nw.col("replaced_on"))
        .when(nw.col("end_date").is_null())
        .then(nw.col("replaced_on"))
        .when(next_start <= latest_start)
        .then(next_start)
        .when(overdue)
        .then(nw.lit(None, dtype=engines.day_type(engine)))
        .otherwise(renewal_date)
    )
    frame = (
        frame.with_columns(nw.col("account_id").alias(ACCOUNT), stop=stop, overdue=overdue.fill_null(False))
        .filter(nw.col("stop").is_null() | (nw.col("stop") > nw.col("start_date")))
        .select(*columns, "stop", "overdue", "successor", ACCOUNT)
    )
    return as_text(frame, "account_id", engine)


def _replaced(subscriptions: Frame, engine: Engine) -> Frame:
    """subscription_id, replaced_on: the first start among the subscriptions that replace it."""
    links = subscriptions.filter(~nw.col("replaces").is_null()).select(
        "subscription_id", "replaces", "start_date"
    )
    single = links.filter(~nw.col("replaces").str.contains(";", literal=True))
    several = engines.split(
        links.filter(nw.col("replaces").str.contains(";", literal=True)), "replaces", engine
    )
    return (
        engines.union([single, several])
        .filter((nw.col("replaces") != "") & (nw.col("replaces") != nw.col("subscription_id")))
        .group_by("replaces")
        .agg(replaced_on=nw.col("start_date").min())
        .rename({"replaces": "subscription_id"})
    )


def _next_of_product(lines: Frame, has_product: bool, early_days: int, engine: Engine) -> Frame:
    """The lines with next_start (first start of the same account and product after they ended) and successor
    (likewise, but up to ``early_days`` before the renewal date).

    The row behind it in order of start is nearly always the answer; only where contracts overlap, or lines without a
    product may stand beside lines with one, are pairs compared.
    """
    group = ["account_id", "line"]
    lines = in_order(lines, group, "start_date", engine)
    lines = beside(lines, group, "start_date", engine, following={"following": "start_date"})
    lines = engines.keep(lines, engine)  # SQL engines would sort anew for each of its uses below
    no_product = (nw.col("line") == "") if has_product else nw.lit(False)
    overlaps = (nw.col("following") <= nw.col("end_date")).fill_null(False)
    is_hard = no_product | overlaps
    hard = lines.filter(is_hard & ~nw.col("end_date").is_null())
    others = lines.select("account_id", other_line="line", other_start="start_date", other_end="end_date")
    pairs = hard.join(others, on="account_id", how="inner").filter(
        (nw.col("other_start") > nw.col("start_date"))
        & (no_product | (nw.col("line") == nw.col("other_line")))
    )
    earliest = engines.plus_days(nw.col("end_date"), 1 - early_days, engine)
    outlives = nw.col("other_end").is_null() | (nw.col("other_end") > nw.col("end_date"))
    paired = (
        pairs.with_columns(
            after=nw.when(nw.col("other_start") > nw.col("end_date")).then(nw.col("other_start")),
            near=nw.when((nw.col("other_start") >= earliest) & outlives).then(nw.col("other_start")),
        )
        .group_by("subscription_id")
        .agg(after=nw.col("after").min(), near=nw.col("near").min())
    )
    answers = [*engines.columns(lines), "next_start", "successor"]
    clear = lines.filter(~is_hard).with_columns(next_start="following", successor="following")
    compared = lines.filter(is_hard).join(paired, on="subscription_id", how="left")
    compared = compared.with_columns(next_start="after", successor="near")
    return engines.union([clear.select(*answers), compared.select(*answers)]).drop(
        "following", AT, strict=False
    )


def lost_contracts(
    tables: dict[str, Any], subscriptions: Frame, have: list[str], as_of: pd.Timestamp, engine: Engine
) -> Frame | None:
    """subscription_id, lost: those marked lost, or whose renewal opportunity was closed as lost by the as-of date."""
    marks: list[Frame] = []
    if "status" in have:
        lost = subscriptions.filter(nw.col("status").str.to_lowercase() == "lost")
        marks.append(lost.select("subscription_id"))
    if "opportunities" in tables:
        opportunities = engines.lazy(tables["opportunities"])
        there = engines.columns(opportunities)
        if "renews" in there:
            gone = nw.col("is_closed") & ~nw.col("is_won") & ~nw.col("renews").is_null()
            if "close_date" in there:
                gone = gone & (
                    nw.col("close_date").is_null() | (nw.col("close_date") <= engines.day(as_of, engine))
                )
            named = opportunities.filter(gone).select(subscription_id="renews")
            marks.append(engines.split(named, "subscription_id", engine))  # one deal may renew several
    if not marks:
        return None
    return engines.union(marks).select("subscription_id").unique().with_columns(lost=nw.lit(True))
