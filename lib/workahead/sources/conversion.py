"""The money columns of an export in the reporting currency, the original amounts beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.sources import columns as read
from workahead.sources.observed import Observation
from workahead.sources.picking import Picked
from workahead.sources.rates import convert, currency_of_rows, without_rate

MAIN = {"subscriptions": ("arr", "mrr", "total_value"), "opportunities": ("amount",)}
"""Amounts whose original and currency are kept beside them."""


def convert_money(
    picked: Picked,
    frame: pd.DataFrame,
    texts: dict[str, pd.Series],
    parsed: dict[str, read.Parsed],
    lines: np.ndarray,
) -> None:
    """Every money column into the reporting currency; of the main one the original amount and currency
    stay beside."""
    workbench, mapping, export = picked.workbench, picked.mapping, picked.export
    main = {"subscriptions": ("arr", "mrr", "total_value"), "opportunities": ("amount",)}.get(
        export.table, ()
    )
    row_lines = pd.Series(np.arange(picked.table.rows), index=picked.table.lines)
    for name in [one for one in parsed if mapping.kinds[one] == "money"]:
        in_cell = parsed[name].currencies
        if in_cell is None:
            continue
        beside = texts.get("currency")
        if name in mapping.currencies:
            beside = (
                picked.table.columns[mapping.currencies[name]]
                .iloc[row_lines[lines].to_numpy()]
                .reset_index(drop=True)
            )
        currency, blank = currency_of_rows(in_cell, beside, workbench.currency)
        for code, rows, total in without_rate(frame[name], currency, workbench.rates, workbench.currency):
            hint = _implied(picked, name, frame[name], currency == code, row_lines[lines].to_numpy())
            picked.questions.append(
                f"{export.file}, column {picked.headers[name]!r} ({name}): {rows:,} "
                f"{'row is' if rows == 1 else 'rows are'} in {code} ({total:,.2f} {code}) and "
                f"workbench.yml gives no rate for it. Add what one {code} is worth in {workbench.currency}:\n"
                f"    rates:\n      {code}: {hint or '<rate>'}"
            )
        original = frame[name].copy()
        frame[name] = convert(original, currency, workbench.rates, workbench.currency)
        if name in main:
            frame[f"{name}_original"], frame["currency"] = original, currency
            missing = (
                blank and int((currency.notna() & beside.isna() & in_cell.isna() & original.notna()).sum())
                if beside is not None
                else 0
            )
            if missing:
                picked.observations.append(
                    Observation(
                        "medium",
                        export.table,
                        f"{missing:,} rows of {export.file} name no currency: taken as {workbench.currency}",
                        missing,
                        advice="fill the currency in the CRM",
                    )
                )


def _implied(picked: Picked, name: str, amounts: pd.Series, at: pd.Series, rows: np.ndarray) -> str | None:
    """The rate that Salesforce's own converted column shows, as a suggestion; it is never used unasked."""
    if name not in picked.mapping.converted:
        return None
    place, currency_place = picked.mapping.converted[name]
    converted = read.parse_money(
        picked.table.columns[place].iloc[rows].reset_index(drop=True), picked.export.decimal
    ).values
    if currency_place is not None:
        into = picked.table.columns[currency_place].iloc[rows].reset_index(drop=True)
        converted = converted.where(into == picked.workbench.currency)
    rate = (converted / amounts)[at & (amounts > 0)].median()
    return (
        None if pd.isna(rate) else f"{rate:.6g}   # as in the export's column {picked.table.header[place]!r}"
    )
