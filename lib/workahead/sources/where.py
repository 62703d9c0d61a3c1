"""Which rows of a file belong to a table: the conditions of `where:`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workahead.errors import SourceError, some
from workahead.sources.columns import same
from workahead.sources.workbench import Condition, Export


def belonging(export: Export, columns: Mapping[str, pd.Series], rows: int) -> np.ndarray:
    """The rows that meet every condition. SourceError where no row does: the values were probably renamed."""
    inside = np.ones(rows, dtype=bool)
    for header, condition in export.where.items():
        met = _met(columns[header], condition)
        if rows and not met.any():
            there = columns[header].dropna().unique()
            raise SourceError(
                f"{export.file}: no row meets `where: {header}` for {export.table}. "
                f"The column's values are: {some(there) if len(there) else 'all blank'}. Correct the "
                "condition in workbench.yml."
            )
        inside &= met
    if rows and not inside.any():
        raise SourceError(
            f"{export.file}: no row meets all of `where: {', '.join(export.where)}` for {export.table}, "
            "though each is met by some. "
            "Correct the conditions in workbench.yml."
        )
    return inside


def _met(texts: pd.Series, condition: Condition) -> np.ndarray:
    if condition.blank is not None:
        return np.asarray(texts.isna() if condition.blank else texts.notna())
    codes, uniques = pd.factorize(texts)
    listed = {same(one) for one in (*condition.one_of, *condition.none_of)}
    hits = np.array([same(str(one)) in listed for one in uniques] + ["" in listed])
    met = hits[codes]
    return ~met if condition.none_of else met
