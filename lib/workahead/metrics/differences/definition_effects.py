"""The same book under other definitions: what each makes of retention and renewal rates, and which accounts make it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd

from workahead.book import engines
from workahead.book.periods import Day, closing, shift_months
from workahead.errors import ConfigError, UnknownName, did_you_mean
from workahead.metrics.positions import By, rate
from workahead.metrics.renewals.rate import renewal_rate
from workahead.metrics.retention.retention import Basis, retention

if TYPE_CHECKING:
    from workahead.book.book import Book

RULES: dict[str, tuple[Any, ...]] = {
    "basis": get_args(Basis),
    "grain": ("subscription", "account", "parent"),
    "late_renewal_days": (0, 30, 60, 90),
    "early_renewal_days": (0, 90, 180),
    "reactivation_days": (None, 90, 365),
    "renewal_rate": ("all_due", "closed_only"),
}
"""What the field disagrees on, and what it chooses. ``basis`` is retention's; the others are Definitions."""

NUMBERS = {
    "nrr": ("retained_net_arr", "starting_arr"),
    "grr": ("retained_gross_arr", "starting_arr"),
    "logo_retention": ("retained_customers", "starting_customers"),
    "renewal_rate": ("renewed_arr", "due_arr"),
    "net_renewal_rate": ("net_renewed_arr", "due_arr"),
}
OWN = "as defined"
COLUMNS = ["rule", "choice", "own", *NUMBERS]

SIDES = ("one", "other")
AMOUNTS = ["one_amount", "one_base", "other_amount", "other_base"]

Choice = Mapping[str, Any]
"""Rules and what is chosen, such as ``{"basis": "bridge", "late_renewal_days": 0}``; the rest stays the book's."""


def definitions_compared(book: Book, end: Day | None = None, months: int = 12) -> pd.DataFrame:
    """Retention and renewal rates of one period under each choice, one rule changed at a time.

    | column | meaning |
    |---|---|
    | rule | which rule is changed; the first row: "as defined" |
    | choice | to what |
    | own | whether that is what the book's definitions say: the same numbers as the first row |
    | nrr, grr, logo_retention | over the ``months`` up to ``end`` (default: as-of date), see :func:`retention` |
    | renewal_rate, net_renewal_rate | of what came due in them |

    :func:`definition_accounts` names the accounts between any two rows. Raises PeriodError, ConfigError.
    """
    last = closing(book, end)
    defined = _numbers(book, {}, last, months)
    rows = [{"rule": OWN, "choice": "", "own": True, **defined}]
    for rule, choices in RULES.items():
        own = "cohort" if rule == "basis" else getattr(book.definitions, rule)
        for choice in dict.fromkeys([*choices, own]):
            if choice == "parent" and "parent_id" not in book.columns("accounts"):
                continue
            found = defined if choice == own else _numbers(book, {rule: choice}, last, months)
            said = "never" if choice is None else str(choice)
            rows.append({"rule": rule, "choice": said, "own": choice == own, **found})
    return pd.DataFrame(rows, columns=COLUMNS).astype({"choice": "str", "rule": "str"})


def definition_accounts(
    book: Book, one: Choice, other: Choice, number: str = "nrr", end: Day | None = None, months: int = 12
) -> pd.DataFrame:
    """The accounts that make the difference between a number under two definitions, largest first.

    | column | meaning |
    |---|---|
    | account_id, name | the account |
    | one_amount, one_base, other_amount, other_base | its part in numerator and base under each: ARR, or customers |
    | difference | what it adds to (one - other), as a fraction |

    The differences add up to that of the two numbers, and an account that reads the same under both has no part in it:
    it adds ((one_amount - other_amount) - other number x (one_base - other_base)) / the whole of one_base. Raises
    UnknownName, ConfigError, PeriodError.

    >>> import workahead as wa
    >>> book = wa.Book.from_frames("2025-12-31", pd.DataFrame({
    ...     "subscription_id": ["S1", "S2", "S3"], "account_id": ["A", "A", "B"], "arr": [100.0, 50.0, 100.0],
    ...     "start_date": ["2024-01-01", "2025-03-01", "2024-01-01"], "end_date": ["2025-02-28", None, None],
    ...     "product": ["Old", "New", "Old"]}))
    >>> definition_accounts(book, {"grain": "subscription"}, {}, "nrr")[["account_id", "one_amount", "difference"]]
      account_id  one_amount  difference
    0          A         0.0       -0.25
    """
    if number not in NUMBERS:
        raise UnknownName("number", number, list(NUMBERS))
    last = closing(book, end)
    sides = []
    for choice in (one, other):
        basis, under = _under(book, choice)
        side = _table(under, basis, NUMBERS[number][1], last, months, "account_id")
        sides.append(_parts(side, number, basis)[["account_id", "amount", "base"]])
    table = sides[0].merge(sides[1], on="account_id", how="outer", suffixes=("_one", "_other")).fillna(0)
    table = table.rename(
        columns={f"{what}_{side}": f"{side}_{what}" for what in ("amount", "base") for side in SIDES}
    )
    sums = table[AMOUNTS].sum()
    if not (sums["one_base"] and sums["other_base"]):
        table = table.iloc[:0]
    amounts, bases = table["one_amount"] - table["other_amount"], table["one_base"] - table["other_base"]
    whole = sums["other_amount"] / (sums["other_base"] or float("nan"))
    table["difference"] = (amounts - whole * bases) / (sums["one_base"] or float("nan"))
    table = table[(amounts != 0) | (bases != 0)].merge(_named(book), on="account_id", how="left")
    table = table.assign(size=table["difference"].abs())
    table = table.sort_values(["size", "account_id"], ascending=[False, True], kind="stable")
    return table.reindex(columns=["account_id", "name", *AMOUNTS, "difference"]).reset_index(drop=True)


def _numbers(book: Book, choice: Choice, last: pd.Timestamp, months: int) -> dict[str, float]:
    """Every number under a choice."""
    basis, under = _under(book, choice)
    of_base = {base: _table(under, basis, base, last, months, None) for _, base in NUMBERS.values()}
    parts = {name: _parts(of_base[base], name, basis) for name, (_, base) in NUMBERS.items()}
    return {name: float(rate(one["amount"], one["base"]).sum(min_count=1)) for name, one in parts.items()}


def _table(under: Book, basis: Basis, base: str, last: pd.Timestamp, months: int, by: By) -> pd.DataFrame:
    """The table that holds a base, and the amounts over it."""
    if base != "due_arr":
        return retention(under, last, months, by, basis)
    table = renewal_rate(under, shift_months(last, -months), last, by)
    if under.definitions.renewal_rate == "closed_only":
        table["due_arr"] = (table["due_arr"] - table["open_arr"]).round(2)
    return table


def _parts(table: pd.DataFrame, number: str, basis: Basis) -> pd.DataFrame:
    """The table with amount (the numerator) and base of a number."""
    amount, base = NUMBERS[number]
    if number == "grr" and basis == "aggregate":  # growth here hides loss there: it is a number of the whole
        grown = table["retained_net_arr"].sum() >= table["starting_arr"].sum()
        amount = "starting_arr" if grown else "retained_net_arr"
    return table.assign(amount=table[amount], base=table[base])


def _under(book: Book, choice: Choice) -> tuple[Basis, Book]:
    """The basis and the book of a choice."""
    for rule in choice:
        if rule not in RULES:
            raise ConfigError(
                f"unknown rule {rule!r}.{did_you_mean(rule, RULES)} There are: {', '.join(RULES)}"
            )
    changes = {rule: value for rule, value in choice.items() if rule != "basis"}
    same = all(getattr(book.definitions, rule) == value for rule, value in changes.items())
    return choice.get("basis", "cohort"), book if same else book.redefine(**changes)


def _named(book: Book) -> pd.DataFrame:
    have = [name for name in ("account_id", "name") if name in book.columns("accounts")]
    return engines.pandas(book.frame("accounts").select(*have))
