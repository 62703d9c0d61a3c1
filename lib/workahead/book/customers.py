"""Who one customer is: a subscription with its renewals, an account, or its ultimate parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from workahead.book import engines
from workahead.book.engines import Frame

if TYPE_CHECKING:
    from workahead.book.definitions import Definitions
    from workahead.book.engines import Engine

DOUBLINGS = 6
"""Each look-up doubles the reach of a link: six of them follow 64 renewals, or 64 levels of parents."""


def customers(lines: Frame, tables: dict[str, Any], definitions: Definitions, engine: Engine) -> Frame:
    """The service lines with ``customer_id``, and with the account whose attributes that customer has."""
    if definitions.grain == "account":
        return lines.with_columns(customer_id=nw.col("account_id"))
    if definitions.grain == "parent":
        roots = parents(tables)
        if roots is None:
            return lines.with_columns(customer_id=nw.col("account_id"))
        lines = lines.join(roots, on="account_id", how="left")
        root = nw.coalesce(nw.col("root"), nw.col("account_id"))
        return lines.with_columns(customer_id=root, account_id=root)
    return _chains(lines, tables, engine)


def parents(tables: dict[str, Any]) -> Frame | None:
    """account_id, root: the ultimate parent of every account that has one; None without parents."""
    if "accounts" not in tables:
        return None
    accounts = engines.lazy(tables["accounts"])
    if "parent_id" not in engines.columns(accounts):
        return None
    up = accounts.filter(
        ~nw.col("parent_id").is_null() & (nw.col("parent_id") != nw.col("account_id"))
    ).select("account_id", root="parent_id")
    return _follow(up, "account_id")


def _follow(links: Frame, key: str) -> Frame:
    """Follow ``root`` to its end, doubling the reach each time."""
    for _ in range(DOUBLINGS):
        further = links.select(root=nw.col(key), beyond=nw.col("root"))
        links = (
            links.join(further, on="root", how="left")
            .with_columns(root=nw.coalesce(nw.col("beyond"), nw.col("root")))
            .select(key, "root")
        )
    return links


def _chains(lines: Frame, tables: dict[str, Any], engine: Engine) -> Frame:
    """Subscriptions are one customer with the renewals that follow them: by `replaces`, else by the service they
    continue, of the same account and product, without a gap.
    """
    subscriptions = engines.lazy(tables["subscriptions"])
    have = engines.columns(subscriptions)
    product = nw.col("product").fill_null("") if "product" in have else nw.lit("")
    ids = lines.join(
        subscriptions.select("subscription_id", chain_product=product), on="subscription_id", how="left"
    )
    ids = ids.select("subscription_id", "account_id", "chain_product", "start_date", "stop")
    continues = (
        ids.filter(~nw.col("stop").is_null())
        .select("account_id", "chain_product", start_date="stop", before="subscription_id")
        .join(
            ids.select("account_id", "chain_product", "start_date", "subscription_id"),
            on=["account_id", "chain_product", "start_date"],
            how="inner",
        )
        .group_by("subscription_id")
        .agg(root=nw.col("before").min())
    )
    if "replaces" in have:
        explicit = engines.split(
            subscriptions.filter(~nw.col("replaces").is_null()).select("subscription_id", root="replaces"),
            "root",
            engine,
        ).filter((nw.col("root") != "") & (nw.col("root") != nw.col("subscription_id")))
        explicit = explicit.group_by("subscription_id").agg(explicit=nw.col("root").min())
        continues = (
            ids.select("subscription_id")
            .join(continues, on="subscription_id", how="left")
            .join(explicit, on="subscription_id", how="left")
            .select("subscription_id", root=nw.coalesce(nw.col("explicit"), nw.col("root")))
            .filter(~nw.col("root").is_null())
        )
    roots = _follow(continues, "subscription_id")
    return lines.join(roots, on="subscription_id", how="left").with_columns(
        customer_id=nw.coalesce(nw.col("root"), nw.col("subscription_id"))
    )
