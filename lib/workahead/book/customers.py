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
        roots = parents(tables, engine)
        if roots is None:
            return lines.with_columns(customer_id=nw.col("account_id"))
        lines = lines.join(roots, on="account_id", how="left")
        root = nw.coalesce(nw.col("root"), nw.col("account_id"))
        return lines.with_columns(customer_id=root, account_id=root)
    return _chains(lines, tables, engine)


def parents(tables: dict[str, Any], engine: Engine) -> Frame | None:
    """account_id, root: the ultimate parent of every account that has one; None without parents."""
    if "accounts" not in tables:
        return None
    accounts = engines.lazy(tables["accounts"])
    if "parent_id" not in engines.columns(accounts):
        return None
    up = accounts.filter(
        ~nw.col("parent_id").is_null() & (nw.col("parent_id") != nw.col("account_id"))
    ).select("account_id", root="parent_id")
    return _follow(up, "account_id", engine)


def _follow(links: Frame, key: str, engine: Engine) -> Frame:
    """Follow ``root`` to its end, doubling the reach each time (each step kept: a query would grow as fast)."""
    for _ in range(DOUBLINGS):
        links = engines.keep(links, engine)
        further = links.select(root=nw.col(key), beyond=nw.col("root"))
        links = (
            links.join(further, on="root", how="left")
            .with_columns(root=nw.coalesce(nw.col("beyond"), nw.col("root")))
            .select(key, "root")
        )
    return links


def _chains(lines: Frame, tables: dict[str, Any], engine: Engine) -> Frame:
    """Subscriptions are one customer with the renewals that follow them: by `replaces`, else by the service they
    continue, of the same account and product, without a gap. Its account is that of the first of them.
    """
    lines = engines.keep(lines, engine)
    subscriptions = engines.lazy(tables["subscriptions"])
    have = engines.columns(subscriptions)
    product = nw.col("product").fill_null("") if "product" in have else nw.lit("")
    known = subscriptions.select(
        "subscription_id", first_account="account_id", line=product, weight="arr", since="start_date"
    )
    ids = lines.select("subscription_id", "start_date", "stop").join(known, on="subscription_id", how="inner")
    where = ["first_account", "line", "start_date"]
    ended = ids.filter(~nw.col("stop").is_null()).select(
        "first_account", "line", "weight", "since", start_date="stop", root="subscription_id"
    )
    continues = _heaviest(ended.join(ids.select(*where, "subscription_id"), on=where, how="inner"))
    if "replaces" in have:
        named = subscriptions.filter(~nw.col("replaces").is_null()).select(
            "subscription_id", "start_date", root="replaces"
        )
        explicit = engines.split(named, "root", engine).filter(nw.col("root") != nw.col("subscription_id"))
        replaced = known.select("weight", "since", root="subscription_id")
        forward = explicit.join(replaced, on="root", how="inner").filter(
            nw.col("since") <= nw.col("start_date")
        )
        explicit = _heaviest(forward).rename({"root": "explicit"})
        continues = (
            ids.select("subscription_id")
            .join(continues, on="subscription_id", how="left")
            .join(explicit, on="subscription_id", how="left")
            .select("subscription_id", root=nw.coalesce(nw.col("explicit"), nw.col("root")))
            .filter(~nw.col("root").is_null())
        )
    roots = _follow(continues, "subscription_id", engine)
    accounts = known.select(customer_id="subscription_id", first_account="first_account")
    return (
        lines.join(roots, on="subscription_id", how="left")
        .with_columns(customer_id=nw.coalesce(nw.col("root"), nw.col("subscription_id")))
        .join(accounts, on="customer_id", how="left")
        .with_columns(account_id=nw.col("first_account"))
        .drop("first_account")
    )


def _heaviest(pairs: Frame) -> Frame:
    """Of the subscriptions (root) that one continues, the one with most ARR, the oldest of equals: a co-termed contract
    goes on with the larger part, however the ids of the CRM happen to sort.
    """
    for column, best in (("weight", nw.col("weight").max()), ("since", nw.col("since").min())):
        chosen = pairs.group_by("subscription_id").agg(best.alias("best"))
        pairs = pairs.join(chosen, on="subscription_id", how="inner")
        pairs = pairs.filter(nw.col(column) == nw.col("best")).drop("best")
    return pairs.group_by("subscription_id").agg(nw.col("root").min())
