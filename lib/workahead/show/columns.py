"""What a column is called on a page, and how its values are printed: no raw column names reach a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workahead.book.tables import TABLES
from workahead.errors import UnknownName
from workahead.words.grammar import capital

KINDS = ("text", "money", "percent", "count", "number", "date", "month")
TEXT, MONEY, PERCENT, COUNT, NUMBER, DATE, MONTH = KINDS

_KNOWN: dict[str, tuple[str, str]] = {
    "period_start": ("From", DATE),
    "period_end": ("To", DATE),
    "starting": ("Starting ARR", MONEY),
    "new": ("New", MONEY),
    "reactivation": ("Reactivation", MONEY),
    "expansion": ("Expansion", MONEY),
    "contraction": ("Contraction", MONEY),
    "churn": ("Churn", MONEY),
    "fx": ("Exchange rates", MONEY),
    "ending": ("Ending ARR", MONEY),
    "change": ("Change", MONEY),
    "arr": ("ARR", MONEY),
    "overdue_arr": ("Overdue ARR", MONEY),
    "starting_arr": ("Starting ARR", MONEY),
    "retained_gross_arr": ("Retained, gross", MONEY),
    "retained_net_arr": ("Retained, net", MONEY),
    "grr": ("GRR", PERCENT),
    "nrr": ("NRR", PERCENT),
    "logo_retention": ("Logo retention", PERCENT),
    "own": ("As defined", TEXT),
    "points": ("Adds, in points", NUMBER),
    "one_amount": ("First: amount", MONEY),
    "one_base": ("First: base", MONEY),
    "other_amount": ("Second: amount", MONEY),
    "other_base": ("Second: base", MONEY),
    "customers": ("Customers", COUNT),
    "starting_customers": ("Customers at start", COUNT),
    "retained_customers": ("Customers retained", COUNT),
    "customer_id": ("Customer id", TEXT),
    "account_id": ("Account id", TEXT),
    "subscription_id": ("Subscription id", TEXT),
    "coverage": ("Coverage", PERCENT),
    "wape": ("WAPE", PERCENT),
    "accuracy": ("Accuracy", PERCENT),
    "aggregate_accuracy": ("Accuracy in sum", PERCENT),
    "bias": ("Bias", PERCENT),
    "expected_rate": ("Expected", PERCENT),
    "actual_arr": ("Came", MONEY),
    "renewals": ("Renewals", COUNT),
    "compared": ("Renewals compared", COUNT),
    "horizon_days": ("Days ahead", COUNT),
    "forecast_before": ("Forecast before", MONEY),
    "forecast_after": ("Forecast after", MONEY),
    "difference": ("Difference", MONEY),
    "csm": ("CSM", TEXT),
    "arr_due": ("ARR due", MONEY),
    "due_arr": ("ARR due", MONEY),
    "called_arr": ("Called", MONEY),
    "forecast_arr": ("Forecast", MONEY),
    "at_risk_arr": ("At risk", MONEY),
    "uncovered_arr": ("Not called", MONEY),
    "addressable_arr": ("Can be addressed", MONEY),
    "fixed_arr": ("Can't be addressed", MONEY),
    "unstated_arr": ("No cause stated", MONEY),
    "open_expansion_arr": ("Open expansion", MONEY),
    "renewed_arr": ("Renewed", MONEY),
    "net_renewed_arr": ("Renewed, with growth", MONEY),
    "open_arr": ("Still open", MONEY),
    "renewal_rate": ("Renewal rate", PERCENT),
    "net_renewal_rate": ("With growth", PERCENT),
    "on_time_rate": ("On time", PERCENT),
    "touch_share": ("Touched", PERCENT),
    "decision_maker_share": ("Decision maker spoken to", PERCENT),
    "plan_share": ("Current plan", PERCENT),
    "expansion_share": ("Open expansion", PERCENT),
    "addressable": ("Can be addressed", TEXT),
    "call": ("Last call", TEXT),
    "would_renew": ("Would renew today", TEXT),
    "plan_updated_date": ("Plan updated", DATE),
    "days_since_touch": ("Days since touch", COUNT),
    "days_since_decision_maker": ("Days since decision maker", COUNT),
    "grr_low": ("GRR, low", PERCENT),
    "grr_high": ("GRR, high", PERCENT),
    "nrr_low": ("NRR, low", PERCENT),
    "nrr_high": ("NRR, high", PERCENT),
    "expected_renewed_arr": ("Expected to renew", MONEY),
    "expected_arr": ("Expected", MONEY),
    "probability": ("Probability", PERCENT),
    "as_forecast": ("As forecast", PERCENT),
    "lost_arr": ("Probably lost", MONEY),
    "range": ("Range", TEXT),
    "called_share": ("Called", PERCENT),
    "target": ("Target", PERCENT),
    "projected_gross_arr": ("Projected, gross", MONEY),
    "expansion_booked": ("Booked", MONEY),
    "expansion_weighted": ("Open, weighted", MONEY),
    "expansion_needed": ("Expansion needed", MONEY),
    "close_rate": ("Close rate", PERCENT),
    "pipeline_needed": ("Pipeline needed", MONEY),
    "pipeline_open": ("Pipeline open", MONEY),
    "gap": ("Short by", MONEY),
    "pays_for": ("Pays for", TEXT),
    "weight": ("Weight", PERCENT),
    "attainment": ("Attainment", PERCENT),
    "payout_rate": ("Pays", PERCENT),
    "payout": ("Payout", MONEY),
    "target_pay": ("Pay at target", MONEY),
    "cost": ("Cost", MONEY),
    "lowest": ("Least", PERCENT),
    "highest": ("Most", PERCENT),
    "created": ("Created", COUNT),
    "created_arr": ("Created ARR", MONEY),
    "accepted": ("Accepted", COUNT),
    "accepted_arr": ("Accepted ARR", MONEY),
    "acceptance_rate": ("Accepted share", PERCENT),
    "won": ("Won", COUNT),
    "won_arr": ("Won ARR", MONEY),
    "lost": ("Lost", COUNT),
    "rejected": ("Turned down", COUNT),
    "open": ("Still open", COUNT),
    "unknown": ("No stage history", COUNT),
    "new_business_close_rate": ("New business", PERCENT),
    "times_new_business": ("Times new business", NUMBER),
    "pipeline_share": ("Pipeline share", PERCENT),
    "qualified_share": ("Fully qualified", PERCENT),
    "goal_arr": ("Goal", MONEY),
    "new_business_low": ("New business, low", PERCENT),
    "new_business_high": ("New business, high", PERCENT),
    "close_rate_arr": ("Close rate by ARR", PERCENT),
    "low_arr": ("By ARR, low", PERCENT),
    "high_arr": ("By ARR, high", PERCENT),
    "new_business_low_arr": ("New business by ARR, low", PERCENT),
    "new_business_high_arr": ("New business by ARR, high", PERCENT),
    "new_business_close_rate_arr": ("New business by ARR", PERCENT),
    "days_to_accept": ("Days to acceptance", COUNT),
    "days_to_close": ("Days to close", COUNT),
    "csqls": ("CSQLs", COUNT),
    "csms": ("CSMs", COUNT),
    "filled_share": ("Filled", PERCENT),
    "close_rate_with": ("Close rate with", PERCENT),
    "close_rate_without": ("Close rate without", PERCENT),
    "low_with": ("With, low", PERCENT),
    "high_with": ("With, high", PERCENT),
    "low_without": ("Without, low", PERCENT),
    "high_without": ("Without, high", PERCENT),
    "days_median": ("Days, median", COUNT),
    "days_low": ("Days, lower quarter", COUNT),
    "days_high": ("Days, upper quarter", COUNT),
    "week": ("Week", COUNT),
    "week_start": ("First day", DATE),
    "week_end": ("Last day", DATE),
    "expected_low": ("Expected, low", MONEY),
    "expected_high": ("Expected, high", MONEY),
    "week_actual": ("Booked in the week", MONEY),
    "needed": ("Needed", MONEY),
    "share_low": ("Lowest", PERCENT),
    "share_high": ("Highest", PERCENT),
    "week_share": ("Of the week", PERCENT),
    "before_bookings": ("Before bookings", PERCENT),
    "touches": ("Touches", COUNT),
    "is_decision_maker": ("Decision maker", TEXT),
    "last_talk_on": ("Last call or meeting", DATE),
    "last_touch_on": ("Last touch", DATE),
    "left_date": ("Left", DATE),
    "touched": ("Touched", PERCENT),
    "spoken_to": ("Decision maker spoken to", PERCENT),
    "has_plan": ("Current plan", PERCENT),
    "email_only": ("E-mail alone", PERCENT),
    "single_threaded": ("One person alone", PERCENT),
    "unanswered_support": ("Support without a talk", COUNT),
    "who": ("Who", TEXT),
    "cases_with": ("Cases with it", COUNT),
    "cases_without": ("Cases without it", COUNT),
    "rate_with": ("Share with it", PERCENT),
    "rate_without": ("Share without it", PERCENT),
    "cohort": ("Cohort", MONTH),
    "age": ("Age", COUNT),
    "age_months": ("Age (months)", COUNT),
    "at_risk": ("At risk", COUNT),
    "survival": ("Still there", PERCENT),
    "survival_arr": ("First ARR still there", PERCENT),
    "low": ("Low", PERCENT),
    "high": ("High", PERCENT),
    "cohorts": ("Cohorts", COUNT),
    "size": ("Size", NUMBER),
    "value": ("Value", NUMBER),
    "rate": ("Rate", PERCENT),
    "share": ("Share", PERCENT),
    "complete": ("Complete", TEXT),
    "rows": ("Rows", COUNT),
    "rows_read": ("Rows read", COUNT),
    "kept": ("Kept", COUNT),
    "set_aside": ("Set aside", COUNT),
    "dropped_as_footer": ("Footer lines", COUNT),
    "arr_read": ("ARR read", MONEY),
    "arr_kept": ("ARR kept", MONEY),
    "header_line": ("Header line", COUNT),
    "line": ("Line", COUNT),
    "sha256": ("SHA-256", TEXT),
}

_CODES: dict[str, set[str]] = {
    "movement": {"new", "reactivation", "expansion", "contraction", "churn"},
    "category": {"uncalled"},
}
"""The library's own words for things, by column: those of the canonical tables, and of tables made from them."""
for _table in TABLES.values():
    for _name, _column in _table.columns.items():
        _CODES.setdefault(_name, set()).update(_column.values)
_SAID = {"uncalled": "Not called"}


def label(name: str, given: Mapping[str, str] | None = None) -> str:
    """The heading of a column: the given one, the field's own name, or the column's in words.

    >>> label("nrr"), label("root_cause"), label("csm", {"csm": "Manager"})
    ('NRR', 'Root cause', 'Manager')
    """
    if given and name in given:
        return given[name]
    if name in _KNOWN:
        return _KNOWN[name][0]
    words = str(name).replace("_", " ").strip()
    return (words[:1].upper() + words[1:]).replace(" arr", " ARR") or "Column"


def kind(name: str, values: pd.Series, given: Mapping[str, str] | None = None) -> str:
    """How a column's values are printed: as given, as known for that name, else by type."""
    if given and name in given:
        if given[name] not in KINDS:
            raise UnknownName(f"kind for the column {name!r}:", given[name], KINDS)
        return given[name]
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    date = pd.api.types.is_datetime64_any_dtype(values)
    known = _KNOWN.get(name, ("", ""))[1]
    if known and (known == TEXT or (date if known in (DATE, MONTH) else number)):
        return known
    if date:
        return DATE
    if number:
        return COUNT if pd.api.types.is_integer_dtype(values) else NUMBER
    return TEXT


def said(name: str, value: Any) -> str:
    """A value of a text column as a reader sees it: the library's own words in plain English, all else as it is.

    >>> said("tier", "high_potential"), said("csm", "high_potential"), said("has_plan", True), said("csm", None)
    ('High potential', 'high_potential', 'yes', '')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    if isinstance(value, str) and value in _CODES.get(name, ()):
        return _SAID.get(value, capital(value.replace("_", " ")))
    return "" if value is None or value is pd.NA or value != value else str(value)
