"""What a reader can do on a page, in a real browser: find a section, sort, copy, save, and see how and from what."""

from __future__ import annotations

import csv
import functools
import http.server
import io
import shutil
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handmade import HOSTILE, make
from workahead.reports.page.bundle import Bundle, bundle

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundle(tmp_path_factory.mktemp("nothing"))


@pytest.fixture(scope="module")
def made(packed: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("out"), packed)


@pytest.fixture
def quiet(made: Path, open_page: Any) -> Iterator[Any]:
    """Open the page; at the end it must have asked for nothing, complained of nothing and run nothing."""
    all_of_them = []

    def open_it(*args: Any, **more: Any) -> Any:
        all_of_them.append(open_page(made, *args, **more))
        all_of_them[-1].page.set_default_timeout(10_000)
        return all_of_them[-1].page

    yield open_it
    for opened in all_of_them:
        assert [url for url in opened.requests if not url.startswith(("data:", "blob:"))] == []
        assert opened.complaints == []
        assert opened.dialogs == []
        assert opened.page.locator("img[onerror]").count() == 0


def column(page: Any, number: int, table: str = "accounts") -> list[str]:
    cells = page.locator(f"#table-{table} tbody tr > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


OPEN_ALL = """document.querySelectorAll("details").forEach((one) => {
  one.removeAttribute("name");
  one.open = true;
})"""
NAMES = ["Birch", "alder", HOSTILE, "=1+1"]


@pytest.mark.parametrize(
    ("heading", "first", "second"),
    [
        # numbers and days: the largest first, what is missing last either way
        ("ARR", ["=1+1", "Birch", "alder", HOSTILE], ["alder", "Birch", "=1+1", HOSTILE]),
        ("NRR", ["Birch", HOSTILE, "=1+1", "alder"], ["alder", "=1+1", HOSTILE, "Birch"]),
        ("Renewal date", [HOSTILE, "Birch", "=1+1", "alder"], ["=1+1", "Birch", HOSTILE, "alder"]),
        ("Cohort", ["Birch", HOSTILE, "alder", "=1+1"], ["=1+1", "alder", HOSTILE, "Birch"]),
        # texts: a before b, whatever the case; signs before letters
        ("Account", [HOSTILE, "=1+1", "alder", "Birch"], ["Birch", "alder", "=1+1", HOSTILE]),
    ],
)
def test_a_heading_sorts_by_what_its_column_holds(
    quiet: Any, heading: str, first: list[str], second: list[str]
) -> None:
    page = quiet()
    page.evaluate("document.querySelector('#table-accounts').closest('details').open = true")
    head = page.locator("#table-accounts th", has=page.get_by_role("button", name=heading, exact=True))
    ways = ["ascending", "descending"] if heading == "Account" else ["descending", "ascending"]
    for way, order in zip([*ways, None], [first, second, NAMES], strict=True):
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == way
        assert column(page, 1) == order
    assert page.locator("#table-accounts [aria-sort]").count() == 0


def test_a_table_is_copied_as_it_is_sorted_with_plain_numbers_and_no_formula(quiet: Any) -> None:
    page = quiet()
    page.evaluate("document.querySelector('#table-accounts').closest('details').open = true")
    page.get_by_role("button", name="ARR", exact=True).click()
    page.get_by_role("button", name="Copy: Accounts").click()
    page.locator("[role=status]", has_text="Copied").wait_for()
    page.evaluate("document.body.prepend(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    lines = page.locator("textarea").input_value().split("\n")
    assert [line.split("\t") for line in lines] == [
        ["Account", "ARR", "NRR", "Renewal date", "Cohort"],
        ["'=1+1", "20000.00", "95.5%", "2026-11-30", "Dec 2024"],
        ["Birch", "1234.50", "102.0%", "2026-12-31", "Feb 2026"],
        ["alder", "-5.00", "90.0%", "", "Nov 2025"],
        [HOSTILE, "", "100.0%", "2027-01-15", "Jan 2026"],
    ]


def saved(page: Any, words: str, chart: int = 0) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).nth(chart).click()
    download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_a_chart_is_saved_as_the_numbers_that_it_shows(quiet: Any) -> None:
    page = quiet()
    name, held = saved(page, "Save as CSV")
    assert name == "by-account.csv"
    assert list(csv.reader(io.StringIO(held.decode()))) == [
        ["series", "x", "y", "value", "reads"],
        ["Now", "Birch", "10.5", "", "Now, Birch: 10.50"],
        ["Now", HOSTILE, "20", "", f"Now, {HOSTILE}: 20.00"],
        ["'=Then", "Birch", "5", "", "'=Then, Birch: 5.00"],
    ]
    name, held = saved(page, "Save as CSV", 1)
    assert name == "squares.csv"
    assert [row[1:] for row in csv.reader(io.StringIO(held.decode()))][1:] == [
        ["0", "Q1", "1", "Q1, 0: 100%"],
        ["1", "Q1", "0.5", "Q1, 1: 50%"],
        ["0", "Q2", "0.25", "Q2, 0: 25%"],
    ]


def test_a_chart_is_saved_as_a_picture_on_white_also_from_the_dark(quiet: Any, chromium: Any) -> None:
    page = quiet(dark=True)
    name, held = saved(page, "Save as PNG")
    assert name == "by-account.png"
    assert held.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", held[16:24])
    assert wide == 2 * max(480, page.locator(".wa-plot").first.evaluate("one => one.clientWidth"))
    assert high > 2 * 200
    blank = chromium.new_page()
    blank.set_content("<canvas></canvas>")
    corner, bar = blank.evaluate(
        """async (bytes) => {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
          const canvas = document.querySelector("canvas");
          [canvas.width, canvas.height] = [picture.width, picture.height];
          const pen = canvas.getContext("2d");
          pen.drawImage(picture, 0, 0);
          const {data} = pen.getImageData(0, 0, picture.width, picture.height);
          let bar = 0;
          const green = [0x12, 0x87, 0x6f];
          for (let i = 0; i < data.length; i += 4) bar += green.every((part, k) => data[i + k] === part);
          return [[...data.slice(0, 4)], bar];
        }""",
        list(held),
    )
    blank.close()
    assert corner == [255, 255, 255, 255]
    assert bar > 1000


def test_the_menu_stays_in_reach_and_says_where_the_reader_is(quiet: Any) -> None:
    narrow = quiet(390)
    menu = narrow.locator(".wa-menu")
    assert not menu.locator("ol").is_visible()
    menu.locator("summary").click()
    assert menu.locator("a").all_inner_texts() == [
        "What changed since the last report", "First", "Second", "Third",
    ]  # fmt: skip
    menu.get_by_role("link", name="Second").click()
    assert not menu.locator("ol").is_visible()
    narrow.locator(".wa-here", has_text="Second").wait_for()
    assert menu.evaluate("one => one.getBoundingClientRect().top") == 0
    assert narrow.locator("#section-3").evaluate("one => one.getBoundingClientRect().top") >= 30
    wide = quiet(1400)
    wide.evaluate("document.getElementById('section-4').scrollIntoView()")
    wide.locator(".wa-menu a[aria-current]", has_text="Third").wait_for()
    assert wide.locator(".wa-menu ol").evaluate("one => one.getBoundingClientRect().right") < wide.locator(
        "main"
    ).evaluate("one => one.getBoundingClientRect().left")


def test_a_card_says_how_it_is_computed_and_leads_to_its_rows(quiet: Any) -> None:
    page = quiet(390)
    nrr, arr = page.locator(".wa-card").all()
    nrr.locator("summary").click()
    assert "divided by their ARR then" in nrr.locator(".wa-note").last.inner_text()
    assert "It rests on 4 customers." in nrr.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    assert not nrr.locator("details").evaluate("one => one.open")
    arr.locator("summary").click()
    assert arr.get_by_role("link").count() == 0, "there is no table called nowhere"
    nrr.locator("summary").click()
    assert not arr.locator("details").evaluate("one => one.open"), "one note at a time"
    nrr.get_by_role("link", name="The rows behind it").click()
    table = page.locator("#table-accounts table")
    assert table.is_visible()
    top = table.evaluate("one => one.getBoundingClientRect().top")
    assert 0 <= top < 900
    figure = page.locator("figure.wa-chart")
    assert figure.first.get_by_role("link", name="The rows behind it").count() == 1
    assert figure.last.get_by_role("link", name="The rows behind it").count() == 0


def test_an_account_leads_to_its_own_page_where_there_is_one(quiet: Any) -> None:
    page = quiet()
    links = page.locator("#table-accounts a")
    assert links.all_text_contents() == ["Birch"]
    assert links.get_attribute("href") == "../../../account_review/a1/latest/index.html"
    assert page.locator("#table-accounts").get_by_text("A1", exact=True).count() == 0


def test_the_keyboard_alone_reaches_everything(quiet: Any) -> None:
    page = quiet(390)
    page.evaluate(OPEN_ALL)
    wanted = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("a[href], button, summary, [tabindex='0']")];
          all.forEach((one, i) => { one.dataset.stop = i; });
          return all.length;
        }"""
    )
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.stop"))
    assert {str(stop) for stop in range(wanted)} <= reached
    assert wanted > 25


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, False), (390, True)])
def test_axe_finds_nothing_serious_with_everything_open(quiet: Any, width: int, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = quiet(width, dark)
    page.evaluate(OPEN_ALL)
    page.get_by_role("button", name="ARR", exact=True).click()
    found = Axe().run(page).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"][:150])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []


def test_paper_has_open_tables_with_their_heads_on_every_page_and_no_controls(
    quiet: Any, tmp_path: Path
) -> None:
    page = quiet()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for control in (".wa-menu", ".wa-tools", ".wa-how"):
        assert not any(one.is_visible() for one in page.locator(control).all()), control
    accounts, many = page.locator("details.wa-table").all()
    assert accounts.evaluate("one => one.open"), "a short table is opened"
    assert not many.evaluate("one => one.open"), "a long one that nobody opened stays on the page"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not accounts.evaluate("one => one.open")
    many.evaluate("one => { one.open = true; one.querySelector('button').textContent = 'Repeated'; }")
    page.pdf(path=tmp_path / "page.pdf", format="A5")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        assert text.count("Repeated") >= 2, "60 rows are more than one page of A5"


@pytest.fixture(scope="module")
def served(packed: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder of pages that share their script, on the disk and on a server."""
    out = tmp_path_factory.mktemp("shared")
    make(out, packed, shared=True)

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield out, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("way", ["file", "http"])
def test_pages_may_share_one_script_from_a_disk_and_from_a_server(
    served: tuple[Path, str], chromium: Any, way: str
) -> None:
    out, url = served
    base = out.as_uri() if way == "file" else url
    context = chromium.new_context()
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{base}/book/ana/2026-10/index.html")
    page.wait_for_selector("html[data-charts=drawn]", state="attached", timeout=60_000)
    (asset,) = (out / "assets").iterdir()
    assert asked == [f"{base}/book/ana/2026-10/index.html", f"{base}/assets/{asset.name}"]
    assert said == []
    assert page.locator(".main-svg").count() > 0
    assert (out / "book" / "ana" / "2026-10" / "index.html").stat().st_size < 60_000
    context.close()


def test_where_the_shared_script_is_gone_the_words_stand_and_no_other_script_may_come(
    served: tuple[Path, str], chromium: Any, tmp_path: Path
) -> None:
    text = (served[0] / "book" / "ana" / "2026-10" / "index.html").read_text(encoding="utf-8")
    (tmp_path / "other.js").write_text("window.ran = 1;", encoding="utf-8")
    html = text.replace("<main>", "<main><script src='other.js'></script><script>window.ran = 2</script>", 1)
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.wait_for_selector("html[data-charts=failed]", state="attached", timeout=60_000)
    assert page.evaluate("window.ran") is None
    assert page.locator("figcaption").first.is_visible()
    assert page.locator("#table-accounts th button").count() > 0, "the other scripts do their work"
    context.close()
