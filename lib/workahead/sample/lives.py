"""The life of an account: what it buys, renews, adds, drops, and when it leaves and returns."""

from __future__ import annotations

import heapq
import math

from workahead.sample import days, names
from workahead.sample.hazards import Signals, chance, draw_cause, log_odds, signals
from workahead.sample.population import late_in_quarter
from workahead.sample.records import Contract, Opportunity
from workahead.sample.renewals import renewed_arr, timing
from workahead.sample.world import Line, World, rounded

DECIDED = 90
"""Days before a contract's end at which its renewal is settled inside the simulation (signed later)."""


class Life:
    """Runs one account from its first deal to the end of the history."""

    def __init__(self, world: World, account: int) -> None:
        self.w, self.p, self.rng, self.account = world, world.p, world.rng, account
        self.people = world.population
        self.segment = self.people.segment[account]
        self.lines: list[Line] = []
        self.queue: list[tuple[int, int, str, int]] = []
        self.order = 0
        self.lost_on: list[int] = []  # last days of products lost

    def run(self) -> None:
        """First deal, then one event after another."""
        a, rng = self.account, self.rng
        close = self.people.first_close[a]
        source = ("Inbound", "Outbound", "Partner", "Event")[int(rng.random() * 4)]
        self._win_new(close, self.people.first_product[a], self.people.first_arr[a], source)
        for kind, rate in (("csql", self.p.csqls), ("other", self.p.other_expansions)):
            self._push(close + 60 + int(rng.exponential(365 / rate)), kind)
        while self.queue:
            day, _, kind, what = heapq.heappop(self.queue)
            if day > self.w.end and kind != "due":
                continue
            if kind == "due":
                self._due(what)
            elif kind == "return":
                old = self.w.contracts[what]
                arr = rounded(old.arr * (0.6 + 0.4 * rng.random()))
                self._win_new(day, old.product, arr, "Outbound")
            elif kind == "close":
                self._close(what)
            else:
                self._lead(day, kind)

    # what happens

    def _push(self, day: int, kind: str, what: int = -1) -> None:
        self.order += 1
        heapq.heappush(self.queue, (day, self.order, kind, what))

    def _win_new(self, close: int, product: int, arr: int, source: str) -> None:
        rng = self.rng
        cycle = 40 + int(rng.gamma(2.0, 40))
        role = "Account Executive" if source == "Outbound" else "SDR"
        o = self._opportunity(
            "new", source, role, product, close - cycle, close, "won", arr, self._filled(0.62)
        )
        months = (12, 24, 36)[self._term()]
        start = close + 1 + int(rng.random() * 12)
        c = self._contract(product, start, months, arr, close, o)
        if self.segment == 2 and rng.random() < self.p.open_ended:
            self.w.contracts[c].end = self.w.contracts[c].served_until = None
        self.lines.append(Line(product, [c]))
        self._schedule(c)

    def _due(self, number: int) -> None:
        """A contract comes to its end: renew or lose it."""
        c, p, rng = self.w.contracts[number], self.p, self.rng
        line = next(x for x in self.lines if number in x.contracts)
        if c.outcome != "running" or c.end is None:
            return
        renewal = c.end + 1
        story = self.segment == 0 and c.end >= self.w.end - p.story_days
        choices = p.story_uplift if story else p.uplift
        uplift = choices[int(rng.random() * len(choices))]
        sister = any(c.end - 365 <= d <= c.end for d in self.lost_on)
        c.signals = s = signals(self.people, self.account, c.product, renewal, uplift, c.renewals, sister)
        c.chance = chance(log_odds(p, s))
        kept = rng.random() < c.chance
        opened = renewal - p.segments[self.segment].opens - int(rng.random() * 25)
        opened = max(opened, c.start + 5)
        together = [number] + ([line.add_on] if line.add_on is not None else [])
        for x in together:
            self.w.contracts[x].signals, self.w.contracts[x].chance = s, c.chance
        if kept:
            self._renew(line, number, together, opened, c.end, s)
        else:
            self._lose(line, number, together, opened, c.end, s)

    def _renew(self, line: Line, number: int, together: list[int], opened: int, end: int, s: Signals) -> None:
        c, p, rng = self.w.contracts[number], self.p, self.rng
        start, signed = timing(p, end, rng)
        before = sum(self.w.contracts[x].arr for x in together)
        arr = renewed_arr(p, before, s, rng)
        is_signed = signed <= self.w.end
        o = self._renewal(
            together, opened, signed, "won" if is_signed else "open", s.uplift, arr if is_signed else before
        )
        for x in together:
            old = self.w.contracts[x]
            old.outcome, old.closed, old.renewed_arr = "renewed", signed, arr if x == number else 0
        line.add_on = None
        if not is_signed or o is None:
            return
        new = self._contract(line.product, start, (12, 24, 36)[self._term()], arr, signed, o)
        successor = self.w.contracts[new]
        successor.replaces, successor.renewals = list(together), c.renewals + 1
        forgotten = len(together) == 1 and start - end <= 28 and rng.random() < p.unlinked
        # without a link, an early one counts twice while both run: small ones only, for the data check
        successor.linked = not (forgotten and (start > end or self.segment == 2))
        for x in together:
            self.w.contracts[x].successor = new
            if start <= end + 1 + 30:
                self.w.contracts[x].served_until = start - 1
        line.contracts.append(new)
        self._schedule(new)

    def _lose(self, line: Line, number: int, together: list[int], opened: int, end: int, s: Signals) -> None:
        p, rng = self.p, self.rng
        cause = draw_cause(p, s, rng)
        marked = end - int(rng.random() * 105) + 20
        if rng.random() >= p.marked_lost:
            closed, marked_on = end + 35 + int(rng.random() * 25), None
        else:
            closed, marked_on = marked, marked
        before = sum(self.w.contracts[x].arr for x in together)
        outcome = "lost" if closed <= self.w.end else "open"
        o = self._renewal(together, opened, closed, outcome, s.uplift, before)
        if o is not None and outcome == "lost":
            self.w.opportunities[o].loss_reason = cause
        for x in together:
            old = self.w.contracts[x]
            old.outcome, old.closed, old.cause = "lost", closed, cause
            old.marked_lost = marked_on if marked_on is not None and marked_on <= self.w.end else None
        self.lost_on.append(end)
        line.add_on = None
        if not self._live(end + 1) and rng.random() < p.returns:
            self._push(end + 120 + int(rng.random() * 380), "return", number)

    def _lead(self, day: int, kind: str) -> None:
        """Somebody sees room to grow: a CSQL, or an account manager's expansion."""
        p, rng, a = self.p, self.rng, self.account
        engagement = self.people.engagement_at(a, day)
        rate = p.csqls if kind == "csql" else p.other_expansions
        rate *= (2.0 if self.people.potential[a] else 0.75) * math.exp(0.2 * engagement)
        self._push(day + 1 + int(rng.exponential(365 / rate)), kind)
        held = self._held(day)
        if held < 1000:
            return
        amount = rounded(max(held * p.csql_size * math.exp(0.5 * float(rng.standard_normal())), 800))
        amount = min(amount, rounded(held * 0.8))
        accepted = rng.random() < p.csql_accepted
        filled = self._filled(0.72 if kind == "csql" else 0.5)
        odds = (p.csql_wins if kind == "csql" else p.other_wins) + 0.25 * engagement
        odds += 0.45 if filled == 31 else -0.2
        won = accepted and rng.random() < chance(odds)
        cycle = 25 + int(rng.gamma(2.5, 24)) if accepted else 10 + int(rng.random() * 40)
        close = late_in_quarter(p, day + cycle, rng.random()) if accepted else day + cycle
        if close < day + 12:
            close += 91
        spare = [x for x in range(3) if x not in {line.product for line in self.lines}]
        product = self.lines[0].product
        if spare and rng.random() < p.cross_sell:
            product = spare[int(rng.random() * len(spare))]
        csm = self.people.csm_at(a, day) or ""
        source = "CSQL" if kind == "csql" else ("Outbound", "Partner", "Inbound")[int(rng.random() * 3)]
        role = "CSM" if kind == "csql" else "Account Manager"
        outcome = "open" if close > self.w.end else ("won" if won else "lost")
        o = self._opportunity(
            "expansion",
            source,
            role,
            product,
            day,
            close,
            outcome,
            amount,
            filled,
            accepted,
            self.people.manager[a],
        )
        if not accepted:
            self.w.opportunities[o].owner = csm
        if outcome == "won":
            self._push(close, "close", o)
        elif outcome == "lost":
            self.w.opportunities[o].loss_reason = names.SALES_LOSS[int(rng.random() * 5)]

    def _close(self, number: int) -> None:
        """An expansion is won: another product, a bigger contract, or an add-on."""
        o, rng = self.w.opportunities[number], self.rng
        amount = o.amount or 0
        line = next((x for x in self.lines if x.product == o.product and self._running(x, o.close)), None)
        start = o.close + 1 + int(rng.random() * 10)
        if line is None and self._live(o.close) and o.product not in {x.product for x in self.lines}:
            c = self._contract(o.product, start, 12, amount, o.close, number)
            self.lines.append(Line(o.product, [c]))
            self._schedule(c)
            return
        current = self.w.contracts[line.contracts[-1]] if line else None
        if line is None or current is None or current.end is None or not self._amendable(current, o.close):
            o.outcome, o.loss_reason = "lost", "No decision"
            return
        if (
            line.add_on is None
            and current.end - start > 150
            and rng.random() < self.p.add_on / (1 - self.p.cross_sell)
        ):
            c = self._contract(o.product, start, 0, amount, o.close, number)
            added = self.w.contracts[c]
            added.end, added.add_on = current.end, True
            added.served_until = added.end
            line.add_on = c
            return
        c = self._contract(o.product, start, 0, current.arr + amount, o.close, number)
        bigger = self.w.contracts[c]
        bigger.end = bigger.served_until = current.end
        bigger.replaces, bigger.renewals = [line.contracts[-1]], current.renewals
        current.outcome, current.successor, current.closed = "amended", c, o.close
        current.served_until = start - 1
        line.contracts.append(c)
        self._schedule(c)

    # what is there

    def _running(self, line: Line, day: int) -> bool:
        c = self.w.contracts[line.contracts[-1]]
        return c.start <= day and (c.served_until is None or c.served_until >= day)

    def _amendable(self, c: Contract, day: int) -> bool:
        return (
            c.end is not None
            and c.outcome == "running"
            and c.start <= day - 20
            and c.end - day > DECIDED + 15
        )

    def _held(self, day: int) -> int:
        """ARR on a day, in the account's currency."""
        total = 0
        for line in self.lines:
            for c in (
                self.w.contracts[x] for x in [*line.contracts, *([line.add_on] if line.add_on else [])]
            ):
                if c.start <= day and (c.served_until is None or c.served_until >= day):
                    total += c.arr
        return total

    def _live(self, day: int) -> bool:
        return self._held(day) > 0

    # what is written down

    def _term(self) -> int:
        u, terms = self.rng.random(), self.p.segments[self.segment].terms
        return 0 if u < terms[0] else (1 if u < terms[0] + terms[1] else 2)

    def _filled(self, share: float) -> int:
        return (
            sum((self.rng.random() < share) << bit for bit in range(5))
            if self.rng.random() > share * 0.6
            else 31
        )

    def _contract(
        self, product: int, start: int, months: int, arr: int, signed: int, opportunity: int
    ) -> int:
        end = days.add_months(start, months) - 1 if months else None
        c = Contract(self.account, product, start, end, arr, signed, opportunity, months)
        c.served_until = end
        self.w.contracts.append(c)
        self.w.opportunities[opportunity].contract = len(self.w.contracts) - 1
        return len(self.w.contracts) - 1

    def _schedule(self, number: int) -> None:
        end = self.w.contracts[number].end
        if end is not None and end <= self.w.end + 370:
            self._push(max(end - DECIDED, self.w.contracts[number].start + 1), "due", number)

    def _renewal(
        self, together: list[int], opened: int, close: int, outcome: str, uplift: float, amount: int
    ) -> int | None:
        if opened > self.w.end:
            return None
        c = self.w.contracts[together[0]]
        opened = min(opened, close - 1)
        if outcome == "open":
            close = max((c.end or 0) + 1, self.w.end + 1 + close % 20)
        o = self._opportunity("renewal", None, "CSM", c.product, opened, close, outcome, amount, 0)
        self.w.opportunities[o].renews, self.w.opportunities[o].uplift = list(together), uplift
        return o

    def _opportunity(
        self,
        type_: str,
        source: str | None,
        role: str,
        product: int,
        created: int,
        close: int,
        outcome: str,
        amount: int,
        filled: int,
        accepted: bool = True,
        owner: str | None = None,
    ) -> int:
        a = self.account
        who = owner or (self.people.csm_at(a, close) if type_ == "renewal" else self.people.manager[a]) or ""
        self.w.opportunities.append(
            Opportunity(
                a, type_, source, role, who, product, created, close, outcome, amount, accepted, filled
            )
        )
        return len(self.w.opportunities) - 1
