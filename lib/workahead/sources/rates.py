"""Money in one currency, at the constant rates of workbench.yml. A currency without a rate is refused."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

_DOLLARS = {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD"}


def currency_of_rows(in_cell: pd.Series, beside: pd.Series | None, reporting: str) -> tuple[pd.Series, int]:
    """The currency of each amount: in its cell, else in the column beside it, else the reporting currency.

    Second: how many rows have none although there is a column for it.
    """
    column = beside.str.upper() if beside is not None else pd.Series(np.nan, index=in_cell.index, dtype="str")
    dollars = column.where(column.isin(_DOLLARS)).fillna(reporting if reporting in _DOLLARS else "USD")
    found = in_cell.where(in_cell != "$", dollars)
    found = found.fillna(column)
    blank = int(found.isna().sum()) if beside is not None else 0
    return found.fillna(reporting), blank


def convert(
    amounts: pd.Series, currencies: pd.Series, rates: Mapping[str, float], reporting: str
) -> pd.Series:
    """Amounts in the reporting currency, to the cent. One unit of a currency is worth `rates[currency]`.

    >>> convert(pd.Series([10_000.0, 10_000.0]), pd.Series(["JPY", "USD"]), {"JPY": 0.008386}, "USD").tolist()
    [83.86, 10000.0]
    """
    rate = currencies.map({**rates, reporting: 1.0}).astype(float)
    return (amounts * rate).round(2)


def without_rate(
    amounts: pd.Series, currencies: pd.Series, rates: Mapping[str, float], reporting: str
) -> list[tuple[str, int, float]]:
    """Currencies with amounts and no rate: name, rows, sum in that currency."""
    unknown = amounts.notna() & (currencies != reporting) & ~currencies.isin(list(rates))
    lacking = amounts[unknown].groupby(currencies[unknown]).agg(["size", "sum"])
    return [(str(name), int(row["size"]), float(row["sum"])) for name, row in lacking.iterrows()]
