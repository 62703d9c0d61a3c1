"""Money in the reporting currency, at the constant rates of workbench.yml. A currency without a rate is refused."""

from __future__ import annotations

import pandas as pd

from workahead.sources.columns import parse_money
from workahead.sources.observed import many
from workahead.sources.part import Part

MAIN = {"subscriptions": ("arr", "mrr", "total_value", "price"), "opportunities": ("amount",)}
"""Amounts whose original and currency are kept beside them."""

_DOLLARS = {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD"}


def convert_money(part: Part) -> None:
    """Every money column into the reporting currency; one without a rate is asked for."""
    reporting, rates, mapping = part.workbench.currency, part.workbench.rates, part.mapping
    for name, parsed in part.parsed.items():
        in_cell, amounts = parsed.currencies, part.frame[name]
        if mapping.kinds[name] != "money" or in_cell is None:
            continue
        amounts = amounts / 100 if part.export.cents else amounts
        beside = part.texts.get("currency")
        if name in mapping.currencies:
            beside = part.at(mapping.currencies[name])
        currency = _currency_of_rows(in_cell, beside, reporting)
        unknown = amounts.notna() & (currency != reporting) & ~currency.isin(list(rates))
        for code, lacking in amounts[unknown].groupby(currency[unknown]):
            rows = f"{len(lacking):,} {'row is' if len(lacking) == 1 else 'rows are'}"
            hint = _implied(part, name, amounts.where(currency == code))
            part.ask(
                name,
                f": {rows} in {code} ({lacking.sum():,.2f} {code}) and workbench.yml gives no rate for it. "
                f"Add what one {code} is worth in {reporting}:\n    rates:\n      {code}: {hint or '<rate>'}",
            )
        rate = currency.map({**rates, reporting: 1.0}).astype(float)
        part.frame[name] = (amounts * rate).round(2)
        if name in MAIN.get(part.export.table, ()):
            part.frame[f"{name}_original"], part.frame["currency"] = amounts, currency
            if beside is not None and (
                missing := int((beside.isna() & in_cell.isna() & amounts.notna()).sum())
            ):
                part.saw(
                    "medium",
                    f"{many(missing, 'row', 'lack')} a currency in {part.export.file}: taken as {reporting}",
                    missing,
                    advice="fill the currency in the CRM",
                )


def _currency_of_rows(in_cell: pd.Series, beside: pd.Series | None, reporting: str) -> pd.Series:
    """The currency of each amount: in its cell, else in the column beside it, else the reporting currency."""
    column = pd.Series(None, index=in_cell.index, dtype="str") if beside is None else beside.str.upper()
    dollars = column.where(column.isin(_DOLLARS)).fillna(reporting if reporting in _DOLLARS else "USD")
    return in_cell.where(in_cell != "$", dollars).fillna(column).fillna(reporting)


def _implied(part: Part, name: str, amounts: pd.Series) -> str | None:
    """The rate that Salesforce's own converted column shows, as a suggestion; it is never used unasked."""
    if name not in part.mapping.converted:
        return None
    place, currency_place = part.mapping.converted[name]
    converted = parse_money(part.at(place), part.export.decimal).values
    if currency_place is not None:
        converted = converted.where(part.at(currency_place) == part.workbench.currency)
    rate = (converted / amounts)[amounts > 0].median()
    header = part.table.header[place]
    return None if pd.isna(rate) else f"{rate:.6g}   # as in the export's column {header!r}"
