"""Secrets of the environment, masked in whatever a run writes: a notebook may print more than it should."""

from __future__ import annotations

import json
import os
import re
from html import escape

MASK = "***"
_NAMES = re.compile("PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL|CONNECTION_STRING|HOOK", re.IGNORECASE)
_SHORTEST = 6  # a shorter value would mask words and figures that mean nothing


def secrets() -> list[str]:
    """The values of the environment's secrets, the longest first: one may hold another."""
    values = {value for name, value in os.environ.items() if _NAMES.search(name) and len(value) >= _SHORTEST}
    return sorted(values, key=lambda value: (-len(value), value))


def masked(text: str) -> str:
    """The text without secrets, as they stand there plain, in JSON or in HTML.

    >>> import os
    >>> os.environ["DOC_TOKEN"] = "abra&cadabra"
    >>> masked("abra&cadabra, abra&amp;cadabra"), os.environ.pop("DOC_TOKEN")
    ('***, ***', 'abra&cadabra')
    """
    for secret in secrets():
        plain = json.dumps(secret, ensure_ascii=False)[1:-1]
        for form in (secret, plain, json.dumps(secret)[1:-1], escape(secret), escape(plain)):
            if form in text:
                text = text.replace(form, MASK)
    return text
