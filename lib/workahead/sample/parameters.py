"""Every number that shapes the sample company, in one place.

Rates are a year unless said otherwise; effects are on the log-odds of renewing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
REGIONS = ("EMEA", "Americas", "APAC")
PRODUCTS = ("Flow", "Insight", "Guard")
RATES = {"USD": 100, "EUR": 108, "GBP": 127}
"""US cents for one unit of a currency: whole numbers, so that converting whole amounts is exact."""

SEED = 20261031


def rounded(amount: float) -> int:
    """An amount as people agree on it: whole fifties."""
    return max(round(amount / 50) * 50, 500)


@dataclass(frozen=True)
class Csm:
    """How one CSM works and errs."""

    name: str
    region: str
    bias: float  # added to the log-odds they see in a renewal: above zero is an optimist
    noise: float  # standard deviation of their error, persistent for a renewal
    diligence: float  # share of the scheduled forecast calls that they make
    asks: float  # share of their calls with an answer to "would you renew today?"
    email: float  # share of their touches that are e-mails
    joined: dt.date | None = None  # took over accounts from the others of the region on this day


CSMS = (
    Csm("Ana Ferreira", "EMEA", 0.15, 0.5, 0.92, 0.80, 0.42),
    Csm("Lukas Brandt", "EMEA", 1.40, 0.6, 0.75, 0.45, 0.50),  # the optimist
    Csm("Zoë Martens", "EMEA", -0.10, 0.6, 0.85, 0.70, 0.40, joined=dt.date(2024, 6, 3)),
    Csm("Grace Mwangi", "Americas", 0.00, 0.4, 0.95, 0.85, 0.38),
    Csm("José Almeida", "Americas", 0.50, 0.9, 0.70, 0.30, 0.90),  # lives on e-mail
    Csm("Marcus Hill", "Americas", 0.70, 0.7, 0.80, 0.50, 0.48),
    Csm("Kenji Watanabe", "APAC", -1.30, 0.5, 0.90, 0.65, 0.45),  # calls low
    Csm("Priya Raman", "APAC", 0.30, 0.5, 0.88, 0.75, 0.40),
)
ACCOUNT_MANAGERS = {
    "EMEA": ("Helen Osei", "Ingrid Solberg"),
    "Americas": ("Tom Riordan", "Sofia Núñez"),
    "APAC": ("Daniel Cho", "Rafael Costa"),
}


@dataclass(frozen=True)
class Segment:
    """What sets a segment apart."""

    share: float  # of the accounts
    arr: float  # median first ARR, USD
    spread: float  # its log standard deviation
    renews: float  # log-odds of renewing with everything at its average
    terms: tuple[float, float, float]  # chances of 12, 24 and 36 months
    touches: float  # touches a year at average engagement
    support: float  # support requests a year
    contacts: int  # contacts at the start
    call_days: tuple[int, ...]  # days before the renewal at which a forecast call is due
    opens: int  # days before the renewal at which its opportunity is opened


_MONTHLY = (240, 210, 180, 150, 120)
_WEEKLY = tuple(range(91, 0, -7))


@dataclass(frozen=True)
class Parameters:
    """The sample company. ``Parameters(accounts=80)`` is a small one.

    >>> Parameters(accounts=80).start
    datetime.date(2021, 11, 1)
    """

    company: str = "Quillmere Ltd"
    accounts: int = 600  # customers ever; prospects come on top
    end: dt.date = dt.date(2026, 10, 31)  # the as-of date: nothing later is known
    years: int = 5  # of history before it
    start_share: float = 0.44  # of the accounts, customers already when the history starts
    growth: float = 0.40  # new customers a year at the start of the history, as a share of those at its end
    prospects: float = 0.30  # accounts that never bought, as a share of the customers
    prospect_tries: float = 5.6  # lost new-business opportunities of a prospect
    early_tries: float = 2.0  # lost ones of a customer before it bought

    segments: tuple[Segment, Segment, Segment] = (
        Segment(0.17, 165_000, 0.55, 2.95, (0.60, 0.20, 0.20), 12.0, 1.8, 6, _MONTHLY + _WEEKLY, 215),
        Segment(0.35, 52_000, 0.50, 2.70, (0.78, 0.14, 0.08), 7.5, 1.1, 4, _MONTHLY[2:] + _WEEKLY[::2], 160),
        Segment(0.48, 13_000, 0.55, 2.25, (1.0, 0.0, 0.0), 4.2, 0.6, 2, (91, 60, 30), 120),
    )
    regions: tuple[float, float, float] = (0.38, 0.40, 0.22)
    product_mix: tuple[float, float, float] = (0.72, 0.18, 0.10)  # first product bought
    euro_share: float = 0.68  # of EMEA accounts; the others pay in pounds
    csms: tuple[Csm, ...] = CSMS
    reassigned: float = 0.10  # of the accounts, handed to another CSM of the region once
    csm_reach: float = 0.33  # of the books of a region, what a CSM who joins takes over
    merged: int = 75  # one account in so many is merged into another
    children: float = 0.07  # of the accounts have a parent account

    # what moves a renewal (effects on log-odds)
    engagement: float = 0.75  # a standard deviation of engagement
    engagement_memory: float = 0.80  # of one quarter's engagement in the next
    champion_left: float = -1.9  # the champion left in the year before, nobody in their place
    champion_replaced: float = -0.7  # the champion left, a new one came
    champion_leaves: float = 0.10  # a year
    champion_found: float = 0.5  # of those who left are replaced
    price: float = -0.13  # each point of uplift above three
    trouble: float = -1.7  # a spell of trouble (support requests double or more) before the renewal
    trouble_starts: float = 0.24  # spells a year
    trouble_support: float = 6.0  # support requests while it lasts, times the usual
    trouble_days: int = 150  # how long it lasts
    tenure: float = 0.16  # each renewal already made, up to four
    sister_lost: float = -1.2  # another product of the account was lost in the year before
    product_effect: tuple[float, float, float] = (0.10, 0.0, -0.30)

    # the story of the last quarters: Enterprise champions leave and its prices rise
    story_days: int = 300  # before the end
    story_leaves: float = 0.85  # champions leaving a year, Enterprise, since then
    story_uplift: tuple[float, ...] = (7.0, 9.0, 10.0, 12.0)  # proposed to Enterprise since then
    uplift: tuple[float, ...] = (0.0, 0.0, 3.0, 3.0, 4.0, 5.0, 7.0)  # proposed otherwise
    uplift_accepted: float = 0.62  # of the renewals take the proposed uplift

    # what a renewal looks like
    downgrade: float = -2.35  # log-odds of renewing for less, at average engagement
    grows: float = 0.44  # of the others renew for more than the uplift
    early: float = 0.12  # renew 15 to 75 days before the end
    late: float = 0.22  # start 1 to 28 days late
    very_late: float = 0.03  # start 35 to 80 days late: counted as churn and return
    unlinked: float = 0.05  # of the renewals where nobody filled in what they replace
    marked_lost: float = 0.85  # of the lost contracts are marked as such
    open_ended: float = 0.02  # of the first contracts have no end
    returns: float = 0.14  # of the accounts lost come back within 4 to 17 months

    # growth of customers
    csqls: float = 0.70  # a year and account
    csql_size: float = 0.205  # of the account's ARR, median
    csql_accepted: float = 0.80
    csql_wins: float = 0.85  # log-odds of the accepted
    other_expansions: float = 0.20  # a year and account, from account managers
    other_wins: float = -0.6
    add_on: float = 0.07  # of the expansions won are a contract of their own, co-termed later
    cross_sell: float = 0.30  # of the expansions won are another product
    new_accepted: float = 0.74  # of the new-business opportunities
    step_back: float = 0.06  # go back from S2 to S1 once
    skips_s2: float = 0.05  # of the won never stood in S2
    late_shape: float = 0.45  # bookings by share x of a quarter: x ** (1 / 0.45)
    calls_from: int = 1460  # days before the end when forecast calls began
    outcome_known: float = 0.55  # of the renewals: their outcome is known 40 days ahead

    @property
    def start(self) -> dt.date:
        """First day of the history."""
        last = self.end + dt.timedelta(days=1)
        return last.replace(year=last.year - self.years)
