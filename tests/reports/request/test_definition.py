"""What a report's definition may hold, and how its faults are told: all at once, each with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import workahead as wa
from pydantic import ValidationError
from workahead.errors import ConfigError, UnknownName
from workahead.reports.publish import slug
from workahead.reports.request.addressed import Delivery
from workahead.reports.request.definition import Report, names, read
from workahead.reports.request.readers import Reader, chosen, readers
from workahead.reports.request.recurring import Schedule

ROOT = Path(__file__).parents[3]
WHOLE = """\
title: My book
notebook: notebooks/book.ipynb
description: One page each.
parameters: {months: 12, by: NO, weeks: [1, 2]}
period: month
for_each: csm
audience:
  where: {region: [NO, DE], pilot: true}
  hide: [accounts.industry]
on_request: no
schedule: {monthly: 2 at 07:00, timezone: Europe/Berlin}
deliver:
  - email:
      to: ["{reader}", lead@example.com]
      addresses: {Ana: ana@example.com}
      subject: "{title}, {period}: {headline}"
      attach: false
      when: always
  - webhook: {url_env: CHAT_URL, when: failed}
  - folder: s3://pages/books
keep: 13
timeout_minutes: 5
fixed: {for_customer: yes}
"""
FAULTY = """\
tittle: My book
notebook: notebooks/boook.ipynb
period: monthly
for_each: csm
audience:
  where: {csm: []}
  hide: [accounts.account_id, acounts.name]
  who: Ana
schedule: {weekly: Mon at 7, timezone: Europe/Berlim}
deliver:
  - email: {to: [ana, "{reader}"], subject: "{name}\\nBcc: eve@example.com"}
  - webhook: {url: "https://chat.example.com/secret"}
  - folder: "s3://key:password@bucket/x"
  - email: {to: [ana@example.com]}
    folder: pages
  - email: {to: ["{reader}"]}
keep: 0
timeout_minutes: long
keep: 3
"""


def project(folder: Path, text: str) -> Path:
    (folder / "reports").mkdir()
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "book.ipynb").write_text("{}", encoding="utf-8")
    (folder / "reports" / "book.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_definition_with_every_key(tmp_path: Path) -> None:
    report = read("book", project(tmp_path, WHOLE))
    assert report.parameters == {
        "months": 12,
        "by": False,
        "weeks": [1, 2],
    }  # YAML's own, as a notebook gets them
    assert report.fixed == {"for_customer": True}
    assert report.audience is not None
    assert report.audience.where == {"region": ("NO", "DE"), "pilot": ("true",)}  # text: NO is Norway
    assert (report.period, report.for_each, report.on_request) == ("month", "csm", False)
    assert (report.keep, report.timeout_minutes) == (13, 5)
    assert report.schedule == Schedule(cron="0 7 2 * *", timezone="Europe/Berlin")
    mail, chat, folder = (one.target for one in report.deliver)
    assert mail.model_dump()["to"] == ("{reader}", "lead@example.com")
    assert (mail.when, chat.when, folder.when) == ("always", "failed", "published")
    assert folder.model_dump()["url"] == "s3://pages/books"


def test_every_fault_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read("book", project(tmp_path, FAULTY))
    said = str(refused.value)
    expected = [
        "line 1: tittle: not a key of a report. Did you mean 'title'?",
        "title: missing",
        "line 2: there is no notebook notebooks/boook.ipynb. Did you mean 'notebooks/book.ipynb'?",
        "line 3: period: 'monthly' is none of: week, month, quarter, year. Did you mean 'month'?",
        "line 6: audience.where: csm: no value",
        "line 7: audience.hide: 'accounts.account_id': accounts need account_id",
        "Did you mean 'accounts'?",
        "line 9: schedule.cron: weekly: write it as weekly: Monday at 07:00 (it says 'Mon at 7')",
        "line 9: schedule.timezone: 'Europe/Berlim' is no time zone; write it as Europe/Berlin. Did you mean",
        "line 11: deliver[1].email.to[1]: 'ana' is no e-mail address",
        "line 11: deliver[1].email.subject: ",
        "line 12: deliver[2].webhook.url: not a key of webhook. Did you mean 'url_env'?",
        "line 12: deliver[2].webhook.url_env: missing",
        "line 13: deliver[3].folder.url: a folder's URL holds no password",
        "line 14: deliver[4]: each entry is one of: email, webhook, folder",
        "line 16: deliver[5].email: to: {reader} needs addresses",
        "line 18: timeout_minutes: ",
        "line 19: the key 'keep' stands twice.",
    ]
    assert [line for line in expected if line not in said] == []
    assert "key:password" not in said


def test_a_day_that_is_none_is_told(tmp_path: Path) -> None:
    text = "title: T\nnotebook: notebooks/book.ipynb\nparameters: {since: 2026-13-45}\n"
    with pytest.raises(ConfigError, match="line 3: parameters: month must be"):
        read("book", project(tmp_path, text))


def test_who_is_not_for_a_definition_to_say(tmp_path: Path) -> None:
    text = "title: T\nnotebook: notebooks/book.ipynb\naudience: {who: Ana}\n"
    with pytest.raises(ConfigError, match="line 3: audience: who: it is the reader's own value"):
        read("book", project(tmp_path, text))


@pytest.mark.parametrize(
    ("words", "cron"),
    [
        ({"daily": "07:00"}, "0 7 * * *"),
        ({"daily": "23:59"}, "59 23 * * *"),
        ({"weekly": "Monday at 07:00"}, "0 7 * * 1"),
        ({"weekly": "sun at 6:05"}, "5 6 * * 0"),
        ({"monthly": "2 at 07:00"}, "0 7 2 * *"),
        ({"quarterly": "28 at 12:30"}, "30 12 28 1,4,7,10 *"),
        ({"cron": "*/5  8-18 * * mon-fri"}, "*/5 8-18 * * mon-fri"),
        ("0 7 1 jan,jul *", "0 7 1 jan,jul *"),
    ],
)
def test_words_are_kept_as_the_cron_line_that_they_are(words: Any, cron: str) -> None:
    assert Schedule.model_validate(words).cron == cron


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"monthly": "31 at 07:00"}, "from 1 to 28, which every month has"),
        ({"monthly": "first at 07:00"}, "from 1 to 28"),
        ({"weekly": "T at 07:00"}, "'T' is no weekday"),
        ({"daily": "24:00"}, "write it as daily: 07:00"),
        ({"daily": "Monday at 07:00"}, "write it as daily: 07:00"),
        ({"monthly": "2 at 07:00", "cron": "0 7 * * *"}, "write one of: cron, daily"),
        ({"timezone": "Europe/Berlin"}, "write one of: cron, daily"),
        ({"cron": "0 7 * *"}, "five fields"),
        ({"cron": "0 0 7 * * *"}, "five fields"),
        ({"cron": "60 7 * * *"}, "bad minute"),
        ({"cron": "0 7 30 2 *"}, "bad day-of-month"),
        ({"cron": "0 7 L * *"}, "numbers, names"),
        ({"cron": "0 7 * * 1#2"}, "numbers, names"),
        ({"cron": "0 7 * * *; reboot"}, "five fields"),
        ({"daily": "07:00", "timezone": "../../etc/passwd"}, "is no time zone"),
    ],
)
def test_no_schedule(words: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Schedule.model_validate(words)


@pytest.mark.parametrize(
    "entry",
    [
        {"email": {"to": ["a@b.example\r\nBcc: eve@b.example"]}},
        {"email": {"to": ["a@b.example"], "subject": "Hello\r\nBcc: eve@b.example"}},
        {"email": {"to": ["a@b.example"], "subject": "{title.__class__}"}},
        {"email": {}},
        {"email": {"to_env": "MAIL ADDRESSES"}},
        {"webhook": {"url_env": "https://chat.example.com/secret"}},
        {"folder": ""},
        {},
    ],
)
def test_no_delivery(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Delivery.model_validate(entry)


def test_the_audience_of_a_reader_is_the_definitions_and_of_that_the_own() -> None:
    plain = Report(name="r", title="R", notebook=Path("r.ipynb"))
    assert plain.audience_of(None) is None
    each = plain.model_copy(update={"for_each": "csm"}).audience_of("Ana")
    assert each is not None
    assert (each.where, each.who) == ({"csm": ("Ana",)}, "Ana")
    region = Report(
        name="r", title="R", notebook=Path("r.ipynb"), for_each="segment",
        audience={"where": {"region": "EMEA"}, "hide": ["accounts.industry"]},
    )  # fmt: skip
    seen = region.audience_of("SMB")
    assert seen is not None
    assert (seen.where, seen.hide, seen.who) == (
        {"region": ("EMEA",), "segment": ("SMB",)}, ("accounts.industry",), None
    )  # fmt: skip


BOOK = wa.Book.from_frames(
    "2026-10-31",
    pd.DataFrame(
        {"subscription_id": ["S1", "S2"], "account_id": ["A", "B"], "product": ["Flow", None],
         "start_date": "2025-01-01", "arr": 1.0}
    ),
    accounts=pd.DataFrame(
        [("A", "Alder", "zoe", "EMEA"), ("B", "Alder", "Ana", "EMEA"), ("C", None, "Bo", "APAC"),
         ("D", "Dill", None, "EMEA"), ("E", "Elm", " ", "EMEA")],
        columns=["account_id", "name", "csm", "region"],
    ),
)  # fmt: skip


def each(column: str, **audience: Any) -> list[Reader]:
    report = Report(name="r", title="R", notebook=Path("r.ipynb"), for_each=column, audience=audience or None)
    return readers(report, BOOK)


def test_readers_are_the_values_that_have_rows_in_order() -> None:
    assert [one.value for one in each("csm")] == [
        "Ana",
        "Bo",
        "zoe",
    ]  # nobody, and nothing but spaces, is no reader
    assert [one.value for one in each("csm", where={"region": "EMEA"})] == ["Ana", "zoe"]
    assert [one.value for one in each("csm", hide=["accounts.csm"])] == ["Ana", "Bo", "zoe"]
    assert [one.value for one in each("product")] == ["Flow"]
    accounts = [(one.value, one.label) for one in each("account_id")]
    assert accounts == [("A", "Alder"), ("B", "Alder"), ("C", "C"), ("D", "Dill"), ("E", "Elm")]
    assert {one.slug for one in each("account_id")} == {slug(one) for one in "ABCDE"}


def test_readers_of_a_column_or_value_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'csm'"):
        each("cms")
    with pytest.raises(UnknownName, match=r"region 'EMAE'\. Did you mean 'EMEA'"):
        each("csm", where={"region": "EMAE"})


def test_readers_are_asked_for_by_value_or_by_label() -> None:
    known = each("account_id")
    assert [one.value for one in chosen(known, ["C", "Alder", "A"])] == ["C", "A", "B"]
    assert chosen(known, []) == known
    with pytest.raises(UnknownName, match="Did you mean 'Alder'"):
        chosen(known, ["Aldr"])


@pytest.mark.parametrize("name", names(ROOT))
def test_the_shipped_definitions_hold(name: str) -> None:
    report = read(name, ROOT)
    assert report.description
    by_hand = report.on_request or report.for_each is not None or name == "what_if"
    assert by_hand or report.schedule is not None
    assert report.keep is None or report.keep >= 1


def test_the_manuals_definition_holds_and_names_every_key(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    text = manual.split("```yaml\n")[1].split("```")[0]
    assert "csm_book.ipynb" in text
    report = read("book", project(tmp_path, text.replace("csm_book.ipynb", "book.ipynb")))
    assert [key for key in Report.model_fields if key != "name" and f"\n{key}:" not in f"\n{text}"] == []
    assert len(report.deliver) == 3
