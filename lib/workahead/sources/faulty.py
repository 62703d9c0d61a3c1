"""Values that can't be used: the row is set aside where its table needs them, else they are left blank and told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.book.tables import TABLES
from workahead.sources.mapping import INSTEAD
from workahead.sources.observed import many
from workahead.sources.part import Part

NEEDED = {"subscriptions": ("end_date", "mrr", "total_value", "price", "month")}
"""Optional columns whose unreadable values set the row aside: a contract without its end would never end."""

MONEY = {"subscriptions": "arr", "opportunities": "amount", "forecast_calls": "forecast_arr"}
"""The amount by which values without a meaning are weighed."""

ORDERS = {"dmy": "day/month", "mdy": "month/day"}
ENDLESS = pd.Timestamp("2200-01-01")


def unreadable(part: Part) -> None:
    """Texts that could not be read as what their column holds."""
    columns = TABLES[part.export.table].columns
    needed = {name for name, column in columns.items() if column.required}
    needed |= set(NEEDED.get(part.export.table, ()))
    for name, one in part.parsed.items():
        if not one.bad.any():
            continue
        kind, header = part.mapping.kinds[name], part.header(name)
        what = {"date": "date", "bool": "yes or no"}.get(kind, "number")
        bad = part.texts[name][one.bad]
        if kind == "text":
            _without_meaning(part, name, bad, name in needed)
        elif name in needed:
            part.mark(np.flatnonzero(one.bad), name, f"{name} is no {what}")
        else:
            part.saw(
                "medium",
                f"{many(len(bad), 'value')} of {header!r} in {part.export.file} can't be read as {what}: left blank "
                f"({name})",
                len(bad),
                example=f"line {part.lines[bad.index[0]]}: {bad.iloc[0]!r}",
                advice="correct them in the CRM",
            )


def _without_meaning(part: Part, name: str, bad: pd.Series, needed: bool) -> None:
    """Picklist values that nobody has said the meaning of."""
    export, frame = part.export, part.frame
    money = frame.get(MONEY.get(export.table, ""))
    by_account = money is None and "account_id" in frame and name != "account_id"
    instead = "other" if name == "kind" else None
    done = f"taken as {instead}" if instead else "the rows are set aside" if needed else "left blank"
    for value, group in bad.groupby(bad):
        part.saw(
            "high" if needed and not instead else "medium",
            f"{part.header(name)!r} = {str(value)!r} in {export.file} has no meaning yet ({name}): {done}",
            len(group),
            arr=float(money[group.index].sum()) if money is not None else None,
            example=f"line {part.lines[group.index[0]]}",
            advice=f"say what it means under `values: {name}:` "
            f"({', '.join(TABLES[export.table].columns[name].values)})",
            accounts=tuple(frame.loc[group.index, "account_id"].dropna()) if by_account else (),
        )
    if instead:
        frame.loc[bad.index, name] = instead
    elif needed:
        part.mark(bad.index, name, f"{name} has a value without a meaning")


def decided(part: Part) -> None:
    """What parsing decided that a reader should know."""
    export, orders, timed, zoned = part.export, dict[str, list[str]](), list[str](), list[str]()
    for name, one in part.parsed.items():
        header, notes = part.header(name), one.notes
        if several := notes.get("several"):
            part.saw(
                "low",
                f"{many(several, 'cell', 'join')} several ids (those that differ, {header!r} in {export.file}): "
                f"the first is used ({name})",
                several,
                advice="check that the first is the primary one",
            )
        if notes.get("floats"):
            part.notes.append(f"{export.file}: {header!r} held ids as decimals (4.0): read as whole numbers")
        if notes.get("order") in ORDERS:
            orders.setdefault(notes["order"], []).append(header)
        if notes.get("timed"):
            timed.append(header)
        if notes.get("zoned"):
            zoned.append(header)
    zone = export.time_zone or part.workbench.time_zone
    for order, headers in orders.items():
        part.notes.append(f"{export.file}: read as {ORDERS[order]}: {', '.join(headers)}")
    if timed:
        said = f"in {zone}" if zone else "as they are written (no time_zone stated)"
        part.notes.append(f"{export.file}: times taken {said}: {', '.join(dict.fromkeys(timed))}")
    if zoned and not zone:
        part.saw(
            "low",
            f"times with a zone in {export.file} ({', '.join(zoned)}), and workbench.yml states none: "
            "days are those of the zone in the cell",
            advice="add `time_zone: Europe/Berlin` (yours) to workbench.yml",
        )


def impossible(part: Part) -> None:
    """Rows without what their table needs, and contracts that can't be. An end in the year 9999 means open-ended."""
    frame = part.frame
    for name, column in TABLES[part.export.table].columns.items():
        if column.required and name in frame:
            sources = [part.parsed[one].bad for one in (name, *_instead(part, name)) if one in part.parsed]
            told = np.logical_or.reduce([np.zeros(len(frame), dtype=bool), *sources])
            part.mark(np.flatnonzero(frame[name].isna() & ~told), name, f"{name} is blank")
    if part.export.table != "subscriptions":
        return
    if "end_date" in frame:
        backwards = np.flatnonzero(frame["end_date"] < frame["start_date"])
        part.mark(backwards, "end_date", "the contract ends before it starts")
        _day_after(part)
        endless = frame["end_date"] >= ENDLESS
        if endless.any():
            part.notes.append(
                f"{part.export.file}: {many(int(endless.sum()), 'contract', 'end')} after the year 2200: taken "
                "as open-ended"
            )
            frame["end_date"] = frame["end_date"].mask(endless)
    amount = next((one for one in ("arr", *_instead(part, "arr")) if one in part.texts), "arr")
    part.mark(np.flatnonzero(frame["arr"] < 0), amount, "ARR below zero: a credit is no contract")


def _day_after(part: Part) -> None:
    """Contracts from a 1st to a 1st: the export's end is the day after the last one, and nobody has said so."""
    frame = part.kept.dropna(subset=["end_date"])
    starts, ends = frame["start_date"], frame["end_date"]
    suspects = frame[(starts.dt.day == ends.dt.day) & (ends > starts)]
    if part.export.end_date == "inclusive" and len(suspects) > len(frame) / 2:
        part.saw(
            "medium",
            f"{len(suspects):,} of {len(frame):,} contracts in {part.export.file} end on the day of the month they "
            "begin on: is that the first day after them? Then they renew a day late and overlap the next",
            len(suspects),
            arr=float(suspects["arr"].sum()),
            example=f"line {part.lines[suspects.index[0]]}",
            advice="write `end_date: exclusive` in its entry of workbench.yml",
        )


def _instead(part: Part, name: str) -> tuple[str, ...]:
    """The columns that a required one may be worked out from."""
    return INSTEAD.get(part.export.table, {}).get(name, ())
