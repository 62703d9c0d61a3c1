"""Columns that follow from others, and contracts that can't be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workahead.sources import columns as read
from workahead.sources.mapping import standard
from workahead.sources.picking import Picked
from workahead.sources.terms import annual_value, last_day
from workahead.sources.unreadable import Marks

ENDLESS = pd.Timestamp("2200-01-01")


def derive(picked: Picked, frame: pd.DataFrame, texts: dict[str, pd.Series]) -> pd.DataFrame:
    """Columns that follow from others: last day from a term, ARR from monthly or total value, won and
    closed from the stage."""
    export = picked.export
    if export.table == "subscriptions":
        if "term_months" in frame:
            ends = (
                frame["end_date"]
                if "end_date" in frame
                else pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
            )
            frame["end_date"] = ends.fillna(last_day(frame["start_date"], frame["term_months"]))
        for name in ("arr", "arr_original"):
            suffix = name.removeprefix("arr")
            found = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
            if f"mrr{suffix}" in frame:
                found = found.fillna((frame[f"mrr{suffix}"] * 12).round(2))
            if f"total_value{suffix}" in frame and "end_date" in frame:
                found = found.fillna(
                    annual_value(frame[f"total_value{suffix}"], frame["start_date"], frame["end_date"])
                )
            frame[name] = found
        drop = [
            one
            for one in ("mrr", "total_value", "mrr_original", "total_value_original", "term_months")
            if one in frame
        ]
        frame = frame.drop(columns=drop)
    if export.table == "opportunities" and "stage" in texts:
        usual = standard(export.kind).get("opportunities", {})
        won = {read.same(one) for one in (export.won or usual.get("won", ["Closed Won"]))}
        lost = {read.same(one) for one in (export.lost or usual.get("lost", ["Closed Lost"]))}
        stage = texts["stage"].fillna("").map(read.same)
        for name, stages in (("is_won", won), ("is_closed", won | lost)):
            told = stage.isin(stages).astype("boolean")
            frame[name] = frame[name].fillna(told) if name in frame else told
    if export.table == "stage_history" and "from_stage" in frame:
        frame = frame.drop(columns="from_stage")
    return frame


def impossible(picked: Picked, marks: Marks, frame: pd.DataFrame, texts: dict[str, pd.Series]) -> None:
    """Contracts that can't be: an end before the start, ARR below zero. An end in the year 9999 means
    open-ended."""
    if "end_date" in frame:
        backwards = (frame["end_date"] < frame["start_date"]).to_numpy()
        marks.mark(
            backwards,
            picked.headers.get("end_date", "end_date"),
            texts.get("end_date"),
            "the contract ends before it starts",
        )
        endless = frame["end_date"] >= ENDLESS
        if endless.any():
            picked.notes.append(
                f"{picked.export.file}: {int(endless.sum()):,} contracts end after the year 2200: taken "
                "as open-ended"
            )
            frame["end_date"] = frame["end_date"].mask(endless)
    negative = (frame["arr"] < 0).to_numpy()
    marks.mark(
        negative,
        picked.headers.get("arr", "arr"),
        texts.get("arr"),
        "ARR below zero: a credit is no contract",
    )
