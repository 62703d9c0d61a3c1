"""The choices behind a number, in one frozen record that every report prints."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Strict(BaseModel):
    """What people write down: frozen once it is checked, without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Definitions(Strict):
    """How this book counts. Where the field disagrees, the disagreement is a field here.

    >>> Definitions(late_renewal_days=0).grain
    'account'
    """

    grain: Literal["subscription", "account", "parent"] = Field(
        "account",
        description="what one customer is: a subscription and its renewals, an account, or its ultimate parent",
    )
    late_renewal_days: int = Field(
        30,
        ge=0,
        description="a renewal that starts up to so many days late leaves service continuous; 0: dates as they stand",
    )
    reactivation_days: int | None = Field(
        None,
        ge=0,
        description="a customer who comes back after more days than this counts as new; empty: always a reactivation",
    )
    early_renewal_days: int = Field(
        90,
        ge=0,
        description="an unlinked contract of the same product that starts at most so many days before the old one's "
        "renewal date is taken as its renewal",
    )
    renewal_rate: Literal["all_due", "closed_only"] = Field(
        "all_due", description="whether open overdue renewals are in the denominator of the renewal rate"
    )
    accepted_stage: str = Field("S2", description="the stage at which sales has accepted a CSQL")
    fiscal_year_start: int = Field(1, ge=1, le=12, description="first month of the fiscal year")
    country: str | None = Field(
        None,
        description="whose public holidays are no working days, where an account names no country; empty: none",
    )

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is None:
            return None
        from workahead.book.working_days import country_code, country_names
        from workahead.errors import did_you_mean

        code = country_code(value)
        if code is None:
            raise ValueError(
                f"no public holidays are known of {value!r}.{did_you_mean(value, country_names())} "
                "Write its two letters, such as US or DE, or its English name"
            )
        return code
