"""Links on a page: to the rows behind a number, and to an account's own page. None of them may be dead."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from workahead.reports import publish

ACCOUNTS = "account_review"
"""The report that has a page for each account."""

AccountPages = Callable[[str], str | None]

TO_FILE = re.compile(r'<a href="([^":#]+)"[^>]*>(.*?)</a>', re.DOTALL)
"""A link to another file: no scheme, no place on the page."""
_ROWS = re.compile(r'\s?<a class="wa-rows" href="#table-([^"]*)">.*?</a>')
_ACCOUNT = re.compile(r'<a data-account="([^"]*)">(.*?)</a>', re.DOTALL)


def account_pages(out: Path, folder: Path) -> AccountPages:
    """Where an account's newest page is, seen from a page in ``folder``; None for an account without one."""
    held = out / ACCOUNTS

    def page_of(account: str) -> str | None:
        page = publish.home(out, ACCOUNTS, account) / publish.LATEST / "index.html"
        return Path(os.path.relpath(page, folder)).as_posix() if page.is_file() else None

    return page_of if held.is_dir() else no_account_pages


def no_account_pages(account: str) -> str | None:
    """Where no account has a page."""
    return None


def elsewhere(html: str, there: Callable[[str], bool]) -> str:
    """A page for another place: of a link out of its folder whose target is not ``there`` the words remain."""

    def kept(link: re.Match[str]) -> str:
        where = unescape(link[1])
        return link[0] if not where.startswith("../") or there(where) else link[2]

    return TO_FILE.sub(kept, html)


def resolved(body: str, page_of: AccountPages) -> str:
    """The body with the links that lead somewhere; of the others the words remain, or nothing."""
    tables = set(re.findall(r'id="table-([^"]*)"', body))
    body = _ROWS.sub(lambda link: link[0] if link[1] in tables else "", body)

    def account(name: re.Match[str]) -> str:
        where = page_of(unescape(name[1])) if name[1] else None
        return f'<a href="{where}">{name[2]}</a>' if where else name[2]

    return _ACCOUNT.sub(account, body)
