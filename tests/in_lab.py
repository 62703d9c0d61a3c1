"""A real JupyterLab, started as people start it (`workahead lab`), a notebook at a time open in a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-of-the-tests"
PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
# JupyterLab's own: none of them is about a notebook or what it shows.
NOISE = ("Download the", "ResizeObserver loop")

OPEN = """async (path) => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = window.panel = await app.commands.execute("docmanager:open", {path});
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  app.shell.activateById(panel.id);
}"""
RUN = """async () => {
  const kernel = window.panel.sessionContext.session.kernel;
  window.jupyterapp.shell.activateById(window.panel.id);
  window.panel.content.activeCellIndex = 0;
  await window.jupyterapp.commands.execute("notebook:run-all-cells");
  while (kernel.status !== "idle") await new Promise((done) => setTimeout(done, 50));
}"""
EXECUTE = """async (code) => {
  const answer = await window.panel.sessionContext.session.kernel.requestExecute({code, silent: true}).done;
  if (answer.content.status !== "ok") throw new Error(answer.content.evalue);
}"""
CELLS = "() => window.panel.content.widgets.map((cell) => cell.model.toJSON())"
CURRENT = "window.jupyterapp.shell.currentWidget"
CLOSE = """async (panel) => {
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.shutdown();
  panel.dispose();
}"""


def project(root: Path) -> Path:
    """The sample company's project in a folder of its own, loaded: what a user has after the first `workahead load`."""
    root.mkdir(parents=True)
    for file in ("workbench.yml", "plays.yml", "plan.yml"):
        shutil.copy(ROOT / file, root)
    for folder in ("notebooks", "data/sample/salesforce"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    subprocess.run([_bin("workahead"), "load"], cwd=root, check=True, capture_output=True, timeout=300)
    return root


@dataclass
class Lab:
    """The server: where it listens, which project it shows, what it has printed."""

    url: str
    root: Path
    log: Path

    def address(self, path: str = "lab") -> str:
        return f"{self.url}/{path}?token={TOKEN}&reset"


@contextmanager
def started(root: Path, home: Path, *words: str) -> Iterator[Lab]:
    """`workahead lab --no-browser` in a project, with a home of its own; ended with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = home / ".jupyter"
    config.mkdir(parents=True)
    (config / "jupyter_server_config.json").write_text(
        '{"ServerApp": {"allow_root": true}}'
    )  # CI runs as root
    (config / "jupyter_lab_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}')
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    environment = {**keep, "HOME": str(home), "JUPYTER_TOKEN": TOKEN}
    log = home / "lab.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [_bin("workahead"), "lab", "--no-browser", f"--port={port}", *words],
            cwd=root,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    lab = Lab(f"http://localhost:{port}", root, log)
    try:
        _until_it_answers(lab, server)
        yield lab
    finally:
        try:
            _ask(lab, "api/shutdown", b"")  # as its menu does; its kernels end too
            server.wait(60)
        except (OSError, subprocess.TimeoutExpired):
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _until_it_answers(lab: Lab, server: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            return _ask(lab, "api/status")
        except OSError:
            said = lab.log.read_text(errors="replace")
            assert server.poll() is None, f"it ended by itself:\n{said}"
            assert time.monotonic() < end, f"no answer:\n{said}"
            time.sleep(0.1)


def _ask(lab: Lab, path: str, body: bytes | None = None) -> None:
    asked = Request(f"{lab.url}/{path}", data=body, headers={"Authorization": f"token {TOKEN}"})
    with urlopen(asked, timeout=30) as answer:
        answer.read()


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def shown(page: Any, lab: Lab) -> None:
    """The lab in a page of the browser, ready to be used."""
    page.set_default_timeout(60_000)
    page.goto(lab.address())
    page.wait_for_function("window.jupyterapp", timeout=120_000)
    done(page, "() => window.jupyterapp.restored.then(() => true)")


def done(page: Any, script: str, given: Any = None, seconds: float = 120) -> Any:
    """What a function of the page answers; Playwright itself would wait for it without end."""
    late = (
        f"new Promise((_, stop) => setTimeout(() => stop(new Error('not in {seconds} s')), {1000 * seconds}))"
    )
    return page.evaluate(f"(given) => Promise.race([({script})(given), {late}])", given)


def put_away(page: Any, which: str = "window.panel") -> None:
    """End a notebook and its kernel. A person would be asked about saving: the kernel has left its name in the file."""
    done(page, f"() => ({CLOSE})({which})")


@dataclass
class Notebook:
    """A notebook in the browser's page, and what the page did meanwhile which it should not do."""

    page: Any
    name: str
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def run(self, seconds: float = 180) -> None:
        """Run all cells, as the menu does, and wait until the kernel has nothing more to do."""
        done(self.page, RUN, seconds=seconds)

    def cells(self) -> list[dict[str, Any]]:
        """The cells as they would be saved."""
        return [cell for cell in self.page.evaluate(CELLS) if cell["cell_type"] == "code"]

    def outputs(self) -> list[dict[str, Any]]:
        return [output for cell in self.cells() for output in cell["outputs"]]

    def counted(self, mime: str) -> int:
        return sum(mime in output.get("data", {}) for output in self.outputs())

    def within(self, selector: str) -> Any:
        """Elements of this notebook alone, hidden tabs left out."""
        return self.page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) {selector}")


@contextmanager
def opened(page: Any, lab: Lab, name: str) -> Iterator[Notebook]:
    """A notebook of the project's, in a page that shows the lab (``shown``); its kernel ends with it."""
    notebook = Notebook(page, name)

    def asked(request: Any) -> None:
        if not request.url.startswith((lab.url, "data:", "blob:")):
            notebook.strangers.append(request.url)

    def called(socket: Any) -> None:
        if not socket.url.startswith(lab.url.replace("http", "ws", 1)):
            notebook.strangers.append(socket.url)

    def said(message: Any) -> None:
        if message.type == "error" and not any(noise in message.text for noise in NOISE):
            notebook.complaints.append(message.text)

    def failed(error: Any) -> None:
        notebook.complaints.append(str(error))

    heard = {"request": asked, "websocket": called, "console": said, "pageerror": failed}
    for event, what in heard.items():
        page.on(event, what)
    try:
        done(page, OPEN, f"notebooks/{name}.ipynb")
        try:
            yield notebook
        finally:
            put_away(page)  # or the next test would find it
    finally:
        for event, what in heard.items():
            page.remove_listener(event, what)


def assert_well(notebook: Notebook) -> None:
    """All cells have run; nothing failed, was left out or came from elsewhere; what was drawn is there to be seen."""
    cells, outputs = notebook.cells(), notebook.outputs()
    assert [cell["id"] for cell in cells if cell["source"].strip() and not cell["execution_count"]] == []
    assert [one for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"] == []
    charts = notebook.within(".jp-OutputArea .js-plotly-plot .main-svg").first
    if notebook.counted(PLOTLY) + notebook.counted(WIDGET):
        charts.wait_for(state="attached")
    missing = unseen(notebook)
    assert missing == {"charts": 0, "tables": 0, "complaints": []}, missing
    assert notebook.strangers == []
    assert notebook.complaints == []


def unseen(notebook: Notebook) -> dict[str, Any]:
    """Outputs of which the page does not show what it should: each chart drawn, each table set, no widget missing."""
    found: dict[str, Any] = notebook.page.evaluate(
        """async ([charts, tables]) => {
          const node = window.panel.content.node;
          const drawn = () => [...node.querySelectorAll(".jp-OutputArea .js-plotly-plot")]
            .filter((plot) => plot.querySelectorAll(".main-svg path, .main-svg rect, .main-svg text").length > 3);
          for (let i = 0; i < 1200 && drawn().length < charts; i++) await new Promise((done) => setTimeout(done, 50));
          const complaints = [...node.querySelectorAll(".jp-OutputArea")].map((one) => one.innerText)
            .filter((text) => /Error displaying widget|Loading widget|model not found|Javascript Error/i.test(text));
          return {
            charts: Math.max(0, charts - drawn().length),
            tables: Math.max(0, tables - node.querySelectorAll("details.wa-table").length),
            complaints,
          };
        }""",
        [notebook.counted(PLOTLY), notebook.counted("application/vnd.workahead.table+json")],
    )
    return found


def unreached(page: Any, selector: str) -> list[str]:
    """The controls of a part of the page that the Tab key does not reach from the first of them."""
    stops = page.evaluate(
        """([part, focusable]) => {
          const all = [...document.querySelector(part).querySelectorAll(focusable)]
            .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}));
          all.forEach((one, i) => { one.dataset.stop = i; });
          all[0].focus();
          return all.map((one) => one.outerHTML.slice(0, 120));
        }""",
        [selector, "a[href], button, input, select, summary, textarea, [tabindex='0']"],
    )
    assert len(stops) > 3, f"no controls: {stops}"
    reached = {"0"}
    for _ in range(300):
        page.keyboard.press("Tab")
        inside, stop = page.evaluate(
            "part => [!!document.activeElement.closest(part), document.activeElement.dataset.stop ?? '']",
            selector,
        )
        reached.add(stop)
        if not inside:
            break
    return [html for i, html in enumerate(stops) if str(i) not in reached]


def serious(page: Any, selector: str) -> list[tuple[str, list[str]]]:
    """What axe finds serious or critical in a part of the page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=selector).response["violations"]
    return [
        (one["id"], [node["html"][:150] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
