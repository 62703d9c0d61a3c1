"""How each number is computed, in a few words: what a page folds away beside it. In full: docs/definitions.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from workahead.errors import UnknownName
from workahead.words.numbers import count

if TYPE_CHECKING:
    from workahead.book.definitions import Definitions

_CUSTOMER = {
    "account": "A customer is an account.",
    "subscription": "A customer is a subscription with its renewals.",
    "parent": "A customer is an ultimate parent with all below it.",
}
_OVERDUE = {
    "all_due": "What is overdue counts as due and not yet renewed.",
    "closed_only": "What is overdue and undecided is left out.",
}


@cache
def computed() -> dict[str, dict[str, str]]:
    """Each metric's ``is``, its definition, and ``over``, what it is counted over."""
    held = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return dict(held)


def how_computed(metric: str, definitions: Definitions | None = None) -> str:
    """The definition of a metric, with the book's own choices in it. Raises UnknownName.

    >>> how_computed("csql_accepted")
    'Those of them that were won, or ever entered stage S2 or a later one; a step back undoes nothing.'
    """
    if metric not in computed():
        raise UnknownName("metric", metric, list(computed()))
    if definitions is None:
        from workahead.book.definitions import Definitions

        definitions = Definitions()
    late = count(definitions.late_renewal_days, "day")
    return computed()[metric]["is"].format(
        customer=_CUSTOMER[definitions.grain],
        late=f"A contract stays in ARR for up to {late} after its end while its renewal is late."
        if definitions.late_renewal_days
        else "A late renewal is a churn, then a return.",
        overdue=_OVERDUE[definitions.renewal_rate],
        stage=definitions.accepted_stage,
    )


def counted_over(metric: str, rows: int) -> str:
    """What a number rests on.

    >>> counted_over("nrr", 393), counted_over("quota", 1)
    ('It rests on 393 customers.', 'It rests on 1 row.')
    """
    return f"It rests on {count(rows, computed()[metric].get('over', 'row'))}."
