"""The life of an account: what it buys, renews, adds, drops, and when it leaves and returns."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Any

from workahead.sample import days
from workahead.sample.opportunities import SOURCES
from workahead.sample.parameters import rounded
from workahead.sample.population import late_in_quarter
from workahead.sample.renewals import Signals, chance, draw_cause, log_odds, renewed_arr, signals, timing
from workahead.sample.words import WORDS, pick
from workahead.sample.world import Contract, Opportunity, World

DECIDED = 90
"""Days before a contract's end at which its renewal is settled inside the simulation (signed later)."""


@dataclass(slots=True)
class Line:
    """One product of one account, contract after contract."""

    product: int
    contracts: list[Contract]
    add_on: Contract | None = None

    @property
    def current(self) -> Contract:
        return self.contracts[-1]

    def arr(self, day: int) -> int:
        """ARR on a day, in the account's currency."""
        added = [self.add_on] if self.add_on else []
        return sum(c.arr for c in [*self.contracts, *added] if c.serves(day))


class Life:
    """Runs one account from its first deal to the end of the history."""

    def __init__(self, world: World, account: int) -> None:
        self.w, self.p, self.rng, self.account = world, world.p, world.rng, account
        self.people = world.population
        self.segment = self.people.segment[account]
        self.lines: list[Line] = []
        self.queue: list[tuple[int, int, str, Any]] = []
        self.order = 0
        self.lost_on: list[int] = []  # last days of products lost

    def run(self) -> None:
        """First deal, then one event after another."""
        a, rng = self.account, self.rng
        close = self.people.first_close[a]
        source = pick(SOURCES, rng.random())
        self._win_new(close, self.people.first_product[a], self.people.first_arr[a], source)
        for kind, rate in (("csql", self.p.csqls), ("other", self.p.other_expansions)):
            self._push(close + 60 + int(rng.exponential(365 / rate)), kind)
        while self.queue:
            day, _, kind, what = heapq.heappop(self.queue)
            if kind == "due":
                self._due(what)
            elif day > self.w.end:
                continue
            elif kind == "return":
                self._win_new(day, what.product, rounded(what.arr * (0.6 + 0.4 * rng.random())), "Outbound")
            elif kind == "close":
                self._close(what)
            else:
                self._lead(day, kind)

    # what happens

    def _push(self, day: int, kind: str, what: Contract | Opportunity | None = None) -> None:
        self.order += 1
        heapq.heappush(self.queue, (day, self.order, kind, what))

    def _win_new(self, close: int, product: int, arr: int, source: str) -> None:
        rng = self.rng
        cycle = 40 + int(rng.gamma(2.0, 40))
        o = self._opportunity(
            type="new",
            source=source,
            role="Account Executive" if source == "Outbound" else "SDR",
            product=product,
            created=close - cycle,
            close=close,
            outcome="won",
            amount=arr,
            filled=self._filled(0.62),
        )
        months = self._term()
        start = close + 1 + int(rng.random() * 12)
        c = self._contract(o, start, days.add_months(start, months) - 1)
        if self.segment == 2 and rng.random() < self.p.open_ended:
            c.end = c.served_until = None
        self.lines.append(Line(product, [c]))
        self._schedule(c)

    def _due(self, c: Contract) -> None:
        """A contract comes to its end: renew or lose it."""
        p, rng = self.p, self.rng
        if c.outcome != "running" or c.end is None:
            return
        line = next(x for x in self.lines if x.current is c)
        story = self.segment == 0 and c.end >= self.w.end - p.story_days
        uplift = pick(p.story_uplift if story else p.uplift, rng.random())
        sister = any(c.end - 365 <= d <= c.end for d in self.lost_on)
        drawn = signals(self.people, self.account, c.product, c.end + 1, uplift, c.renewals, sister)
        together = [c, line.add_on] if line.add_on is not None else [c]
        for one in together:
            one.signals, one.chance = drawn, chance(log_odds(p, drawn))
        kept = rng.random() < chance(log_odds(p, drawn))
        opened = c.end + 1 - p.segments[self.segment].opens - int(rng.random() * 25)
        line.add_on = None
        opened = max(opened, c.start + 5)
        if kept:
            self._renew(line, together, opened, c.end, drawn)
        else:
            self._lose(together, opened, c.end, drawn)

    def _renew(self, line: Line, together: list[Contract], opened: int, end: int, drawn: Signals) -> None:
        p, rng, c = self.p, self.rng, together[0]
        start, signed = timing(p, end, rng)
        before = sum(one.arr for one in together)
        arr = renewed_arr(p, before, drawn, rng)
        is_signed = signed <= self.w.end
        o = self._renewal(
            together, opened, signed, "won" if is_signed else "open", arr if is_signed else before
        )
        for one in together:
            one.outcome, one.closed, one.renewed_arr = "renewed", signed, arr if one is c else 0
        if not is_signed or o is None:
            return
        new = self._contract(o, start, days.add_months(start, self._term()) - 1)
        new.replaces, new.renewals = [one.number for one in together], c.renewals + 1
        forgotten = len(together) == 1 and start - end <= 28 and rng.random() < p.unlinked
        # without a link, an early one counts twice while both run: small ones only, for the data check
        new.linked = not (forgotten and (start > end or self.segment == 2))
        for one in together:
            one.successor = new.number
            if start <= end + 1 + 30:
                one.served_until = start - 1
        line.contracts.append(new)
        self._schedule(new)

    def _lose(self, together: list[Contract], opened: int, end: int, drawn: Signals) -> None:
        p, rng, c = self.p, self.rng, together[0]
        cause = draw_cause(p, drawn, rng.random())
        marked = end - int(rng.random() * 105) + 20
        is_marked = rng.random() < p.marked_lost
        closed = marked if is_marked else end + 35 + int(rng.random() * 25)
        outcome = "lost" if closed <= self.w.end else "open"
        o = self._renewal(together, opened, closed, outcome, sum(one.arr for one in together))
        if o is not None and outcome == "lost":
            o.loss_reason = cause
        for one in together:
            one.outcome, one.closed, one.cause = "lost", closed, cause
            one.marked_lost = marked if is_marked and marked <= self.w.end else None
        self.lost_on.append(end)
        if not self._held(end + 1) and rng.random() < p.returns:
            self._push(end + 120 + int(rng.random() * 380), "return", c)

    def _lead(self, day: int, kind: str) -> None:
        """Somebody sees room to grow: a CSQL, or an account manager's expansion."""
        p, rng, a = self.p, self.rng, self.account
        csql = kind == "csql"
        engagement = self.people.engagement_at(a, day)
        rate = p.csqls if csql else p.other_expansions
        rate *= (2.0 if self.people.potential[a] else 0.75) * math.exp(0.2 * engagement)
        self._push(day + 1 + int(rng.exponential(365 / rate)), kind)
        held = self._held(day)
        if held < 1000:
            return
        amount = rounded(max(held * p.csql_size * math.exp(0.5 * float(rng.standard_normal())), 800))
        amount = min(amount, rounded(held * 0.8))
        accepted = rng.random() < p.csql_accepted
        filled = self._filled(0.72 if csql else 0.5)
        odds = (p.csql_wins if csql else p.other_wins) + 0.25 * engagement
        odds += 0.45 if filled == 31 else -0.2
        won = accepted and rng.random() < chance(odds)
        cycle = 25 + int(rng.gamma(2.5, 24)) if accepted else 10 + int(rng.random() * 40)
        close = late_in_quarter(p, day + cycle, rng.random()) if accepted else day + cycle
        if close < day + 12:
            close += 91
        spare = [x for x in range(3) if x not in {line.product for line in self.lines}]
        product = self.lines[0].product
        if spare and rng.random() < p.cross_sell:
            product = pick(spare, rng.random())
        o = self._opportunity(
            type="expansion",
            source="CSQL" if csql else pick(("Outbound", "Partner", "Inbound"), rng.random()),
            role="CSM" if csql else "Account Manager",
            product=product,
            created=day,
            close=close,
            outcome="open" if close > self.w.end else ("won" if won else "lost"),
            amount=amount,
            filled=filled,
            accepted=accepted,
        )
        if not accepted:
            o.owner = self.people.csm_at(a, day) or ""
        if o.outcome == "won":
            self._push(close, "close", o)
        elif o.outcome == "lost":
            o.loss_reason = pick(WORDS["sales_loss"], rng.random())

    def _close(self, o: Opportunity) -> None:
        """An expansion is won: another product, a bigger contract, or an add-on."""
        rng, amount = self.rng, o.amount or 0
        line = next((x for x in self.lines if x.product == o.product and x.current.serves(o.close)), None)
        start = o.close + 1 + int(rng.random() * 10)
        if line is None and self._held(o.close) and o.product not in {x.product for x in self.lines}:
            c = self._contract(o, start, days.add_months(start, 12) - 1)
            self.lines.append(Line(o.product, [c]))
            self._schedule(c)
            return
        if line is None or line.current.end is None or not self._amendable(line.current, o.close):
            o.outcome, o.loss_reason = "lost", "No decision"
            return
        current, end = line.current, line.current.end
        add_on = self.p.add_on / (1 - self.p.cross_sell)
        if line.add_on is None and end - start > 150 and rng.random() < add_on:
            line.add_on = self._contract(o, start, end)
            line.add_on.add_on = True
            return
        bigger = self._contract(o, start, end)
        bigger.arr = current.arr + amount
        bigger.replaces, bigger.renewals = [current.number], current.renewals
        current.outcome, current.successor, current.closed = "amended", bigger.number, o.close
        current.served_until = start - 1
        line.contracts.append(bigger)
        self._schedule(bigger)

    # what is there

    def _amendable(self, c: Contract, day: int) -> bool:
        return c.outcome == "running" and c.start <= day - 20 and (c.end or 0) - day > DECIDED + 15

    def _held(self, day: int) -> int:
        """ARR on a day, in the account's currency."""
        return sum(line.arr(day) for line in self.lines)

    # what is written down

    def _term(self) -> int:
        """Months of a new contract."""
        u, (year, two_years, _) = self.rng.random(), self.p.segments[self.segment].terms
        return 12 if u < year else 24 if u < year + two_years else 36

    def _filled(self, share: float) -> int:
        if self.rng.random() <= share * 0.6:
            return 31
        return sum((self.rng.random() < share) << bit for bit in range(5))

    def _contract(self, o: Opportunity, start: int, end: int) -> Contract:
        """The contract that a won opportunity brings."""
        number = len(self.w.contracts)
        c = Contract(number, self.account, o.product, start, end, o.amount or 0, o.close, served_until=end)
        self.w.contracts.append(c)
        o.contract = number
        return c

    def _schedule(self, c: Contract) -> None:
        if c.end is not None and c.end <= self.w.end + 370:
            self._push(max(c.end - DECIDED, c.start + 1), "due", c)

    def _renewal(
        self, together: list[Contract], opened: int, close: int, outcome: str, amount: int
    ) -> Opportunity | None:
        if opened > self.w.end:
            return None
        c = together[0]
        o = self._opportunity(
            type="renewal",
            source=None,
            role="CSM",
            product=c.product,
            created=min(opened, close - 1),
            close=max((c.end or 0) + 1, self.w.end + 1 + close % 20) if outcome == "open" else close,
            outcome=outcome,
            amount=amount,
            filled=0,
        )
        o.renews, o.uplift = [one.number for one in together], c.signals.uplift if c.signals else None
        return o

    def _opportunity(self, *, accepted: bool = True, **facts: Any) -> Opportunity:
        owner = self.people.manager[self.account]
        if facts["type"] == "renewal":
            owner = self.people.csm_at(self.account, facts["close"]) or ""
        o = Opportunity(account=self.account, owner=owner, accepted=accepted, **facts)
        self.w.opportunities.append(o)
        return o
