"""A reader's page, CSVs, notebook and run.json on the sample: nothing of anybody else, no secret of the environment."""

from __future__ import annotations

import html
import json
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import workahead as wa
from commands import workahead
from workahead.reports.publish import slug

ROOT = Path(__file__).parents[2]
READERS = ("Ana Ferreira", "Zoë Martens")
SECRETS = {
    "WORKAHEAD_SMTP_PASSWORD": "sentinel-of-the-mail",
    "CHAT_URL": "https://chat.example.com/sentinel-of-the-chat",
    "AWS_SECRET_ACCESS_KEY": "sentinel-of-the-store",
}
KEYS = {
    "accounts": "account_id", "subscriptions": "subscription_id", "opportunities": "opportunity_id",
    "contacts": "contact_id", "activities": "activity_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's project, with the pages of two CSMs, their pay, and one account's."""
    root = tmp_path_factory.mktemp("quillmere")
    for name in ("workbench.yml", "plan.yml", "plays.yml"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(ROOT / "reports", root / "reports", ignore=shutil.ignore_patterns("published", "bundle"))
    (root / "data").mkdir()
    (root / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    readers = [one for who in READERS for one in ("--only", who)]
    publish(root, "csm_book", "--period", "2026-09", "--only", READERS[1])  # the next is compared with it
    publish(root, "csm_book", "--period", "2026-10", *readers)
    publish(root, "comp_plan", "--period", "2026-Q3", "--only", READERS[1])
    publish(root, "account_review", "--only", largest(root))
    return root


def publish(root: Path, *arguments: str) -> None:
    done = workahead(root, "report", *arguments, **SECRETS)
    assert done.returncode == 0, done.stderr


@cache
def book(root: Path) -> wa.Book:
    return wa.Book.open(root / "data" / "snapshots" / "2026-10-31")


@cache
def pay(root: Path) -> pd.DataFrame:
    """What everybody is paid for the quarters of these pages."""
    plan, quarters = wa.comp_plan(root / "plan.yml"), ("2026-06-30", "2026-09-30", "2026-12-31")
    found = [wa.payouts(book(root), plan, *days) for days in pairwise(quarters)]
    return pd.concat(found).dropna(subset=["payout"])


def largest(root: Path) -> str:
    return str(wa.arr(book(root), by="account_id").sort_values("arr")["account_id"].iloc[-1])


@cache
def told(folder: Path) -> str:
    """All that is in a folder's files, as it stands and as a browser or a JSON reader would show it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"index.html", "notebook.ipynb", "run.json"} <= {path.name for path in files}
    assert any(path.suffix == ".csv" for path in files)
    raw = [path.read_text(encoding="utf-8") for path in files]
    held = [json.dumps(json.loads(text), ensure_ascii=False) for text in raw if text.lstrip().startswith("{")]
    return "\n".join([*raw, *(html.unescape(text) for text in raw), *held])


def split(root: Path, column: str, value: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """ids and account names of the reader, ids and account names of all others."""
    whole = book(root)
    accounts = whole["accounts"]
    mine = accounts.loc[accounts[column] == value, "account_id"]
    own, others = set[str](), set[str]()
    for table, key in KEYS.items():
        inside = whole[table]["account_id"].isin(mine)
        own |= set(whole[table].loc[inside, key])
        others |= set(whole[table].loc[~inside, key])
    names = set(accounts.loc[accounts["account_id"].isin(mine), "name"].dropna())
    other_names = set(accounts.loc[~accounts["account_id"].isin(mine), "name"].dropna()) - names
    return own, names, others - own, {one for one in other_names if not any(one in name for name in names)}


def nothing_of_others(root: Path, folder: Path, column: str, value: str) -> str:
    text = told(folder)
    own, names, others, other_names = split(root, column, value)
    words = set(re.findall(r"[\w-]+", text))
    assert words & own  # the search finds what is there
    assert sum(name in text for name in names) >= min(len(names), 10)
    assert words & others == set()
    assert {name for name in other_names if name in text} == set()
    return text


@pytest.mark.parametrize("who", READERS)
def test_a_csms_page_holds_nothing_of_other_csms(project: Path, who: str) -> None:
    text = nothing_of_others(project, project / "reports/published/csm_book" / slug(who), "csm", who)
    others = set(book(project)["accounts"]["csm"].dropna()) - {who}
    assert {one for one in others if one in text} == set()
    assert who in text
    assert ("What changed since the last report" in text) == (who == READERS[1])


@pytest.mark.parametrize("who", READERS)
def test_people_see_their_own_pay_alone(project: Path, who: str) -> None:
    published = project / "reports" / "published"
    text = "".join(told(place) for place in published.glob(f"*/{slug(who)}"))
    everybody = pay(project)
    # amounts with cents: a round one may stand for anything
    figures = everybody[(everybody["payout"] % 1 != 0)]
    own, others = (set(rows["payout"]) for _, rows in figures.groupby(figures["who"] != who))
    assert any(amount in text for one in own for amount in (f"{one:.2f}", str(one)))
    unknown = {
        one for one in others - own for form in (f"{one:.2f}", f"{one:,.2f}", str(one)) if form in text
    }
    assert len(others) > 5
    assert unknown == set()
    assert {one for one in set(everybody["who"]) - {who} if one in text} == set()


def test_an_accounts_page_holds_nothing_of_other_accounts(project: Path) -> None:
    account = largest(project)
    nothing_of_others(
        project, project / "reports/published/account_review" / slug(account), "account_id", account
    )


def test_no_secret_of_the_environment_is_in_any_output(project: Path) -> None:
    files = [path for path in (project / "reports").rglob("*") if path.is_file()]
    assert len(files) > 20
    found = {
        path.relative_to(project) for path in files for one in SECRETS.values() if one.encode() in path.read_bytes()
    }  # fmt: skip
    assert found == set()
