"""Values that could not be read: the row is set aside where it needs them, else they are left blank and
told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.sources import columns as read
from workahead.sources.observed import Observation
from workahead.sources.picking import Picked

MONEY = {"subscriptions": "arr", "opportunities": "amount", "forecast_calls": "forecast_arr"}
"""The amount by which values without a meaning are weighed."""

ORDERS = {"dmy": "day/month", "mdy": "month/day"}


class Marks:
    """The rows that can't be kept: for each the first column at fault, its text, and every reason."""

    def __init__(self, rows: int) -> None:
        self.reason, self.column, self.value = (np.full(rows, "", dtype=object) for _ in range(3))

    def mark(self, at: np.ndarray, column: str, texts: pd.Series | None, reason: str) -> None:
        for row in np.flatnonzero(at):
            if not self.reason[row]:
                text = texts.iloc[row] if texts is not None else None
                self.column[row], self.value[row] = column, "" if text is None or pd.isna(text) else str(text)
            self.reason[row] += f"; {reason}" if self.reason[row] else reason


def unreadable(
    picked: Picked,
    marks: Marks,
    name: str,
    one: read.Parsed,
    texts: pd.Series,
    fatal: bool,
    frame: pd.DataFrame,
    lines: np.ndarray,
) -> None:
    """Texts that can't be read: the row is set aside where it needs the value, else the value is left
    blank and told."""
    export, header, kind = picked.export, picked.headers.get(name, name), picked.mapping.kinds[name]
    bad = texts[one.bad]
    if kind == "text":  # a picklist value without a meaning
        money = frame.get(
            {"subscriptions": "arr", "opportunities": "amount", "forecast_calls": "forecast_arr"}.get(
                export.table, ""
            )
        )
        fallback = "other" if name == "kind" else None
        for value, group in bad.groupby(bad):
            picked.observations.append(
                Observation(
                    "high" if fatal and not fallback else "medium",
                    export.table,
                    f"{header!r} = {str(value)!r} in {export.file} has no meaning yet ({name}): "
                    + (
                        f"taken as {fallback}"
                        if fallback
                        else "the rows are set aside"
                        if fatal
                        else "left blank"
                    ),
                    len(group),
                    float(money[group.index].sum()) if money is not None else None,
                    f"line {lines[group.index[0]]}",
                    f"say what it means under `values: {name}:` "
                    f"({', '.join(TABLES[export.table].columns[name].values)})",
                    tuple(frame.loc[group.index, "account_id"].dropna())
                    if name != "account_id" and "account_id" in frame and money is None
                    else (),
                )
            )
        if fallback:
            frame[name] = frame[name].mask(pd.Series(one.bad, index=frame.index), fallback)
        elif fatal:
            marks.mark(one.bad, header, texts, f"{name} has a value without a meaning")
        return
    what = {"date": "date", "bool": "yes or no"}.get(kind, "number")
    if fatal:
        marks.mark(one.bad, header, texts, f"{name} is no {what}")
        return
    picked.observations.append(
        Observation(
            "medium",
            export.table,
            f"{len(bad):,} values of {header!r} in {export.file} are no {what}: left blank ({name})",
            len(bad),
            None,
            f"line {lines[bad.index[0]]}: {bad.iloc[0]!r}",
            "correct them in the CRM",
        )
    )


def observe(picked: Picked, parsed: dict[str, read.Parsed]) -> None:
    """What parsing decided that a reader should know."""
    export, orders, timed, zoned = picked.export, dict[str, list[str]](), list[str](), list[str]()
    for name, one in parsed.items():
        header, notes = picked.headers.get(name, name), one.notes
        if notes.get("several"):
            picked.observations.append(
                Observation(
                    "low",
                    export.table,
                    f"{notes['several']:,} different cells of {header!r} in {export.file} join several ids: "
                    f"the first is used ({name})",
                    notes["several"],
                    advice="check that the first is the primary one",
                )
            )
        if notes.get("floats"):
            picked.notes.append(
                f"{export.file}: {header!r} held ids as decimals (4.0): read as whole numbers"
            )
        if notes.get("order") in ORDERS:
            orders.setdefault(notes["order"], []).append(header)
        if notes.get("timed"):
            timed.append(header)
        if notes.get("zoned"):
            zoned.append(header)
    zone = export.time_zone or picked.workbench.time_zone
    for order, headers in orders.items():
        picked.notes.append(f"{export.file}: read as {ORDERS[order]}: {', '.join(headers)}")
    if timed:
        said = f"in {zone}" if zone else "as they are written (no time_zone stated)"
        picked.notes.append(f"{export.file}: times taken {said}: {', '.join(dict.fromkeys(timed))}")
    if zoned and not zone:
        picked.observations.append(
            Observation(
                "low",
                export.table,
                f"times with a zone in {export.file} ({', '.join(zoned)}), and workbench.yml states none: "
                "days are those of the zone in the cell",
                advice="add `time_zone: Europe/Berlin` (yours) to workbench.yml",
            )
        )
