"""The same book under other definitions, in sentences: how far the numbers lie apart, and who makes a difference."""

from __future__ import annotations

import pandas as pd

from workahead.words.grammar import capital, extremes, listed
from workahead.words.numbers import count, percent, points, spelled

NUMBER_NAMES = {
    "nrr": "NRR",
    "grr": "GRR",
    "logo_retention": "logo retention",
    "renewal_rate": "renewal rate",
    "net_renewal_rate": "renewal rate with growth",
}
RULE_NAMES = {
    "as defined": "As defined",
    "basis": "Basis",
    "cap": "Cap",
    "grain": "Customer",
    "late_renewal_days": "Late renewals",
    "early_renewal_days": "Early renewals",
    "reactivation_days": "Reactivation",
    "renewal_rate": "Renewal base",
    "several": "Several",
}
_CHOICES = {
    "bridge": "monthly bridge",
    "each": "one by one",
    "total": "in total",
    "all_due": "all due",
    "closed_only": "decided",
    "never": "any gap",
}
_INSIDE = {
    "as defined": "the book's own definitions",
    "basis cohort": "customers followed one by one",
    "basis bridge": "monthly movements added up",
    "basis aggregate": "totals alone",
    "cap each": "a cap on each",
    "cap total": "a cap on the total alone",
    "grain": "{}s as customers",
    "late_renewal_days 0": "no late renewals",
    "late_renewal_days": "renewals up to {} days late",
    "early_renewal_days 0": "no unlinked early renewals",
    "early_renewal_days": "unlinked renewals up to {} days early",
    "reactivation_days never": "every return a reactivation",
    "reactivation_days": "returns after {} days as new",
    "renewal_rate all_due": "all that was due as the base",
    "renewal_rate closed_only": "what is decided as the base",
}
_NAMED = 3


def definition_name(rule: str, choice: str) -> str:
    """A row of ``wa.definitions_compared`` in words.

    >>> definition_name("late_renewal_days", "60"), definition_name("cap", "total"), definition_name("as defined", "")
    ('Late renewals: 60 days', 'Cap: in total', 'As defined')
    """
    if rule == "several":
        parts = [definition_name(*one.split(": ")) for one in choice.split("; ")]
        return capital(listed([part[:1].lower() + part[1:] for part in parts]))
    said = _choice(rule, choice)
    return f"{RULE_NAMES.get(rule, rule)}: {said}" if said else RULE_NAMES.get(rule, rule)


def _choice(rule: str, choice: str) -> str:
    if not rule.endswith("_days") or choice == "never":
        return _CHOICES.get(choice, choice)
    return count(int(choice), "day") if int(choice) else "none"


def definition_names(table: pd.DataFrame) -> pd.DataFrame:
    """A table of ``wa.definitions_compared`` with rules and choices in words."""
    said = [_choice(rule, choice) for rule, choice in zip(table["rule"], table["choice"], strict=True)]
    return table.assign(rule=table["rule"].replace(RULE_NAMES), choice=said)


def difference_rows(accounts: pd.DataFrame) -> pd.DataFrame:
    """A table of ``wa.definition_accounts`` as a page prints it, with what each account adds in points."""
    named = accounts["name"].where(accounts["name"].notna(), accounts["account_id"])
    rows = accounts.assign(account=named, points=accounts["difference"] * 100)
    return rows[["account", "points", "one_amount", "other_amount", "one_base", "other_base", "account_id"]]


def definition_figures(table: pd.DataFrame) -> pd.DataFrame:
    """Each number as the book defines it, and between which it lies under the others: a row makes one ``show.Card``.

    ``table`` is of ``wa.definitions_compared``.
    """
    rows = []
    for number, name in NUMBER_NAMES.items():
        values = table[number].dropna()
        least, most = percent(values.min()), percent(values.max())
        between = "the same under every definition" if least == most else f"{least} to {most} by definition"
        own = float(table[number].iloc[0]) if len(values) else float("nan")
        rows.append((capital(name), own, between if len(values) else None, number))
    return pd.DataFrame(rows, columns=["label", "value", "note", "how"])


def definitions_sentence(table: pd.DataFrame, number: str = "nrr") -> str:
    """Between which values a number lies, under which definitions, and which rules make no difference.

    >>> table = pd.DataFrame({"rule": ["as defined", "late_renewal_days", "grain"], "choice": ["", "60", "parent"],
    ...                       "own": [True, False, False], "nrr": [1.0, 1.02, 1.0]})
    >>> print(definitions_sentence(table).split("; ")[0])
    NRR is 100.0% as defined
    """
    known, name = table.dropna(subset=[number]), NUMBER_NAMES[number]
    if known.empty or known.index[0] != table.index[0]:  # none as the book defines it
        return f"There is no {name} to compare: nothing to count it over."
    own = float(known[number].iloc[0])
    high, low = extremes(known, number)
    if percent(high[number]) == percent(low[number]):
        return f"{capital(name)} is {percent(own)} under every definition."
    said = [f"{capital(name)} is {percent(own)} as defined"]
    apart = []
    for end, word in ((high, "as high as"), (low, "as low as")):
        if percent(end[number]) != percent(own):
            apart.append(f"{word} {percent(end[number])} ({_inside(end)})")
    said.append(f"another definition makes it {listed(apart)}")
    text = f"{'; '.join(said)}: {points(high[number] - low[number])} between them"
    moved = known[(known[number] - own).abs() > 1e-12]["rule"]
    still = [RULE_NAMES[rule].lower() for rule in dict.fromkeys(known["rule"]) if rule not in set(moved)][1:]
    return (
        f"{text}. {capital(listed(still))} {'make' if len(still) > 1 else 'makes'} no difference here."
        if still
        else f"{text}."
    )


def difference_sentence(pair: pd.DataFrame, accounts: pd.DataFrame, number: str = "nrr") -> str:
    """How far a number lies apart under two definitions, and which accounts make that.

    ``pair``: two rows of ``wa.definitions_compared``; ``accounts``: of ``wa.definition_accounts`` for the same two.
    """
    name = capital(NUMBER_NAMES[number])
    one, other = (row for _, row in pair.iterrows())
    if pair[number].isna().any():
        return f"{name} can't be compared: nothing to count it over."
    gap = float(one[number] - other[number])
    if accounts.empty:
        return f"{name} is {percent(one[number])} under both, account by account."
    both = f"{name} is {percent(one[number])} with {_inside(one)} and {percent(other[number])} with {_inside(other)}"
    who = [
        f"{i if n is None or n != n or not str(n).strip() else n} ({points(d, sign=True)})"
        for i, n, d in zip(accounts["account_id"], accounts["name"], accounts["difference"], strict=True)
    ][:_NAMED]
    size = count(len(accounts), "account")
    if len(accounts) <= len(who):
        return f"{both}: {points(gap, sign=True)}, from {listed(who)}."
    return f"{both}: {points(gap, sign=True)}, from {size}, the {spelled(len(who))} largest {listed(who)}."


def _inside(row: pd.Series) -> str:
    """A definition inside a sentence."""
    rule, choice = str(row["rule"]), str(row["choice"])
    if rule == "several":
        parts = (one.split(": ") for one in choice.split("; "))
        return listed([_inside(pd.Series({"rule": name, "choice": said})) for name, said in parts])
    return _INSIDE.get(f"{rule} {choice}".strip(), _INSIDE.get(rule, choice)).format(choice)
