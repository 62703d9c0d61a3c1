"""The same book under other definitions: what each makes of retention and renewal rates, and which accounts make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

from workahead.book import engines
from workahead.book.definitions import Definitions
from workahead.book.once import once
from workahead.book.periods import Day, closing, shift_months
from workahead.book.quick import quick
from workahead.errors import ConfigError, UnknownName, did_you_mean
from workahead.metrics.chosen import of_accounts, rows_of
from workahead.metrics.positions import By
from workahead.metrics.renewals.rate import renewal_rate
from workahead.metrics.retention.retention import retention

if TYPE_CHECKING:
    from workahead.book.book import Book

RULES: dict[str, tuple[Any, ...]] = {
    "basis": ("cohort", "bridge"),
    "cap": ("each", "total"),
    "grain": ("subscription", "account", "parent"),
    "late_renewal_days": (0, 30, 60, 90),
    "early_renewal_days": (0, 90, 180),
    "reactivation_days": (None, 90, 365),
    "renewal_rate": ("all_due", "closed_only"),
}
"""What the field disagrees on, and what it chooses. ``basis`` is retention's. ``cap``: in GRR and the renewal rate each
customer and contract counts at no more than it was (each), or only their total does (total), where growth of one hides
the loss of another. The others are Definitions."""

NUMBERS = {
    "nrr": ("retained_net_arr", "starting_arr"),
    "grr": ("retained_gross_arr", "starting_arr"),
    "logo_retention": ("retained_customers", "starting_customers"),
    "renewal_rate": ("renewed_arr", "due_arr"),
    "net_renewal_rate": ("net_renewed_arr", "due_arr"),
}
UNCAPPED = {"grr": "retained_net_arr", "renewal_rate": "net_renewed_arr"}
REACHED = {
    "starting": ("basis", "grain", "late_renewal_days", "early_renewal_days"),
    "due": ("late_renewal_days", "early_renewal_days"),
}
"""What each table (of retention, of renewals) as a whole depends on: it is made anew for these rules alone. Cap and
renewal_rate choose among its columns, and who returns after a gap is in none of the numbers."""
OWN = "as defined"
SEVERAL = "several"
COLUMNS = ["rule", "choice", "own", *NUMBERS]

SIDES = ("one", "other")
AMOUNTS = ["one_amount", "one_base", "other_amount", "other_base"]

Choice = Mapping[str, Any]
"""Rules and what is chosen, such as ``{"basis": "bridge", "late_renewal_days": 0}``; the rest stays the book's."""


def definitions_compared(
    book: Book, end: Day | None = None, months: int = 12, choices: Sequence[Choice] | None = None
) -> pd.DataFrame:
    """Retention and renewal rates of one period under each choice, one rule changed at a time.

    | column | meaning |
    |---|---|
    | rule | which rule is changed; the first row: "as defined" |
    | choice | to what |
    | own | whether that is what the book's definitions say: the same numbers as the first row |
    | nrr, grr, logo_retention | over the ``months`` up to ``end`` (default: as-of date), see :func:`retention` |
    | renewal_rate, net_renewal_rate | of what came due in them |

    ``choices``: a row for each of these instead; one of several rules is of the rule "several".
    :func:`definition_accounts` names the accounts between any two rows. Raises PeriodError, ConfigError.
    """
    book = _quick(book)
    last, rows, own = closing(book, end), [], settled(book, {})
    by = None if choices is None else "account_id"  # of a few choices their accounts are asked for next
    for choice in each_rule(book) if choices is None else choices:
        chosen = settled(book, choice)
        tables = {of: _table(book, of, _key(own, chosen, of), last, months, by) for of in REACHED}
        rule, said = _said(choice)
        rows.append(
            {"rule": rule, "choice": said, "own": chosen == own}
            | {name: _whole(_parts(tables, name, chosen)) for name in NUMBERS}
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"choice": "str", "rule": "str"})


def definitions_apart(
    table: pd.DataFrame, number: str = "nrr", one: Choice | None = None, other: Choice | None = None
) -> tuple[Choice, Choice]:
    """The choices to hold against each other: the highest and the lowest row of :func:`definitions_compared`.

    ``one`` and ``other`` themselves, where they differ: an empty one is the book's own. Raises UnknownName.

    >>> table = pd.DataFrame({"rule": ["as defined", "late_renewal_days", "grain"], "choice": ["", "60", "parent"],
    ...                       "nrr": [1.0, 1.02, 0.99]})
    >>> definitions_apart(table), definitions_apart(table, 'nrr', {'grain': 'parent'})
    (({'late_renewal_days': 60}, {'grain': 'parent'}), ({'grain': 'parent'}, {}))
    """
    known = table.dropna(subset=[_number(number)])
    one, other = one or {}, other or {}
    if one != other or known.empty:
        return one, other
    highest, lowest = known.iloc[int(known[number].argmax())], known.iloc[int(known[number].argmin())]
    return _read(highest["rule"], highest["choice"]), _read(lowest["rule"], lowest["choice"])


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
    book, base = _quick(book), NUMBERS[_number(number)][1]
    last, of, own = closing(book, end), base.partition("_")[0], settled(book, {})
    sides = []
    for choice in (one, other):
        chosen = settled(book, choice)
        side = _table(book, of, _key(own, chosen, of), last, months, "account_id")
        sides.append(_parts({of: side}, number, chosen)[["account_id", "amount", "base"]])
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


def each_rule(book: Book) -> list[Choice]:
    """The book's own choices, then each choice of each rule; no parents where no account names one."""
    own = settled(book, {})
    parents = "parent_id" in book.columns("accounts")
    return [{}] + [
        {rule: choice}
        for rule, choices in RULES.items()
        for choice in dict.fromkeys([*choices, own[rule]])
        if choice != "parent" or parents
    ]


def settled(book: Book, choice: Choice) -> dict[str, Any]:
    """What is chosen of every rule. Raises ConfigError."""
    for rule in choice:
        if rule not in RULES:
            raise ConfigError(
                f"unknown rule {rule!r}.{did_you_mean(rule, RULES)} There are: {', '.join(RULES)}"
            )
    own = {"basis": "cohort", "cap": "each", **book.definitions.model_dump(include=set(RULES))}
    chosen = {rule: {**own, **choice}[rule] for rule in RULES}
    if chosen["cap"] not in RULES["cap"]:
        hint = did_you_mean(str(chosen["cap"]), RULES["cap"])
        raise ConfigError(f"unknown cap {chosen['cap']!r}.{hint} There are: {', '.join(RULES['cap'])}")
    try:
        Definitions(**{rule: chosen[rule] for rule in RULES if rule not in ("basis", "cap")})
    except ValidationError as error:
        raise ConfigError(
            "; ".join(f"{one['loc'][0]} = {one['input']!r}: {one['msg']}" for one in error.errors())
        ) from None
    return chosen


def _said(choice: Choice) -> tuple[str, str]:
    """A choice as the table has it."""
    texts = {rule: "never" if chosen is None else str(chosen) for rule, chosen in choice.items()}
    if len(texts) > 1:
        return SEVERAL, "; ".join(f"{rule}: {text}" for rule, text in texts.items())
    return next(iter(texts.items()), (OWN, ""))


def _read(rule: str, said: str) -> dict[str, Any]:
    """The choice that a row of the table is about."""
    if rule == SEVERAL:
        return {name: _read(name, text)[name] for name, text in (one.split(": ") for one in said.split("; "))}
    if rule == OWN:
        return {}
    return {rule: None if said == "never" else int(said) if rule.endswith("_days") else said}


def _number(name: str) -> str:
    if name not in NUMBERS:
        raise UnknownName("number", name, list(NUMBERS))
    return name


def _key(own: Choice, chosen: Choice, of: str) -> tuple[tuple[str, Any], ...]:
    """What is chosen of the rules that reach a table; of the others, what is the book's own."""
    held = {**own, **{rule: chosen[rule] for rule in REACHED[of]}}
    return tuple((rule, value) for rule, value in held.items() if rule not in ("cap", "renewal_rate"))


@once
def _quick(book: Book) -> Book:
    """Under each definition all is made anew, in many small steps: Polars takes them soonest."""
    return quick(book)


@once
def _table(
    book: Book, of: str, chosen: tuple[tuple[str, Any], ...], last: pd.Timestamp, months: int, by: By = None
) -> pd.DataFrame:
    """Retention (of starting ARR), or renewals (of what was due), under a choice."""
    changes = dict(chosen)
    basis = changes.pop("basis")
    same = all(getattr(book.definitions, rule) == value for rule, value in changes.items())
    under = book if same else _under(book, changes)
    if by == "account_id" and of_accounts(under):
        return rows_of(book, _table(book._base, of, chosen, last, months, by), by)
    if of == "starting":
        return retention(under, last, months, by, basis)
    return renewal_rate(under, shift_months(last, -months), last, by)


def _under(book: Book, changes: Choice) -> Book:
    """A book under other definitions; what filters choose from is built for the first of them, not for each."""
    under = book.redefine(**changes)
    if book._base is not book and book.audience is None:
        under._base = _whole_under(book._base, under.definitions)
    return under


@lru_cache(maxsize=4)
def _whole_under(book: Book, definitions: Definitions) -> Book:
    return book.redefine(**definitions.model_dump())


def _parts(tables: Mapping[str, pd.DataFrame], number: str, chosen: Choice) -> pd.DataFrame:
    """The table that a number is of, with amount (its numerator) and base."""
    amount, base = NUMBERS[number]
    table = tables[base.partition("_")[0]]
    if base == "due_arr" and chosen["renewal_rate"] == "closed_only":
        table = table.assign(due_arr=(table["due_arr"] - table["open_arr"]).round(2))
    in_total = chosen["cap"] == "total" or (number == "grr" and chosen["basis"] == "aggregate")
    if (
        in_total and number in UNCAPPED
    ):  # a number of the whole: all that there was, or what is left with growth
        amount = UNCAPPED[number]
        amount = base if table[amount].sum() >= table[base].sum() else amount
    return table.assign(amount=table[amount], base=table[base])


def _whole(parts: pd.DataFrame) -> float:
    """The number over all rows."""
    amount, base = (round(float(parts[name].sum()), 2) for name in ("amount", "base"))
    return amount / base if base else float("nan")


def _named(book: Book) -> pd.DataFrame:
    have = [name for name in ("account_id", "name") if name in book.columns("accounts")]
    return engines.pandas(book.frame("accounts").select(*have))
