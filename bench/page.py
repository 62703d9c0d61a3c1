"""bench/README.md: what was measured, against the bars, in sentences and tables."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import re
from dataclasses import dataclass, field
from pathlib import Path

from bench.data import ENGINES, SIZES
from bench.lab import NOTEBOOK, Opening
from bench.lab import RUNS as OPENINGS
from bench.many import ACCOUNTS as LARGE
from bench.many import RUNS as TURNS
from bench.many import Many
from bench.measure import Measured
from bench.plan import OURS, Size
from bench.redraw import BARS, Redraw
from bench.report import RUNS, Report
from bench.study import ACCOUNTS, FIRST_SEED, HORIZON, Study

PAGE = Path(__file__).parent / "README.md"
DEFAULT = "polars"
TITLES = {"pandas": "pandas", "polars": "Polars", "duckdb": "DuckDB"}
PEER_TITLES = {
    "spine": "month spine, SQL in DuckDB",
    "by_hand": "months by hand, pandas",
}
DUE_TITLES = {
    "renewal_base": "`renewal_base`, 100,000 contracts due",
    "project_retention": "`project_retention`, 20,000 contracts due, 10,000 futures",
}
DUE_RUNS = 3
PROJECTION_SECONDS = 10
STUDY_TITLES = {
    "workahead": "Workahead",
    "last_year": "Last year's GRR",
    "segment_rate": "Renewal rate of the segment",
    "fixed_percent": "Fixed percentages by category",
    "csm_calls": "The CSMs' calls",
    "truth": "True probabilities",
}
ORDER = ("10m", "1m", "report", "many", "lab", "redraw", "due", "study")
INTRO = """# Speed and memory

`make bench` measures all of it and writes this page; `python -m bench` a part of it (`--size 1m|10m|all`, `--report`,
`--many`, `--lab`, `--redraw`, `--due`, `--study`, `--write`). All of it takes about an hour on 2 cores, half of it
the study, 12 GB of memory (the month spine's) and 700 MB in `bench/.data`.

**The engine for large books is Polars**: of the three it builds the ledger for the least CPU, and answers from it
as fast as any: `Book.open(folder, engine="polars")`. The default stays pandas: small books are answered at once by it,
and nothing else has to be imported.

- **Lines** are made by `bench/data.py`, seeded and shuffled, with ids as Salesforce makes them, about five an account.
- **Seconds**: every run is a process of its own over Parquet on disk. CPU is user and system time of all threads
  without the start of Python and its imports; wall, in brackets, is the same span on a machine that may have had
  other work. Medians of several runs in turns. Peak memory is the whole process's, the highest of the runs.
- **Ledger, cohorts, movements, retention** are Workahead's public calls over a snapshot. The ledger is built once and
  kept in the snapshot; the three cohort tables (logos, net and gross, by month), the bridge of each of 106 months, and
  12-month retention are then read from it.
- **Plain pass** groups the same lines by account, for ARR and first day, written by hand for its engine.
- **Peers** do the whole job from the same lines by the same rules, late renewals and overdue contracts included:
  `bench/spine.py` (one row per customer and month in DuckDB's SQL; one query gives all three measures) and
  `bench/by_hand.py` (vectorised pandas; at 10 million lines its months no longer fit).
- All tables of all ways are compared in the run: a cent of difference fails it.
"""


@dataclass(frozen=True)
class Part:
    """A section of the page, and the bars that it misses."""

    text: str
    missed: list[str] = field(default_factory=list)


def of_size(size: Size) -> Part:
    """The section of one number of lines."""
    m = size.medians
    head = ["", "plain pass", *OURS, "peak memory"]
    rows = []
    for engine in ENGINES:
        jobs = [m[job, engine] for job in ("plain_pass", *OURS)]
        cells = [f"{one.cpu:.2f} ({one.wall:.2f})" for one in jobs]
        rows.append([TITLES[engine], *cells, f"{max(one.peak_gb for one in jobs):.2f} GB"])
    text = (
        f"## {SIZES[size.name]:,} lines\n\nCPU seconds, wall seconds in brackets:\n\n{_table(head, rows)}\n\n"
    )

    whole = {engine: sum(m[job, engine].cpu for job in OURS) for engine in ENGINES}
    some = {engine: m["ledger", engine].cpu + m["cohorts", engine].cpu for engine in ENGINES}
    peers = []
    for job, title in PEER_TITLES.items():
        for name, what, ours in ((f"{job}_cohorts", "cohorts", some), (job, "all", whole)):
            for one in [one for (held, _), one in m.items() if held == name]:
                ratios = [f"{one.cpu / ours[engine]:.1f}x" for engine in ("polars", "duckdb", "pandas")]
                cells = [f"{one.cpu:.1f} ({one.wall:.1f})", f"{one.peak_gb:.2f} GB", *ratios]
                peers.append([f"{title}: {what}", *cells])
    head = [
        "peer",
        "CPU (wall) seconds",
        "peak memory",
        "CPU against Polars",
        "against DuckDB",
        "against pandas",
    ]
    text += f"Peers, against ledger and the same tables together:\n\n{_table(head, peers)}\n\n"
    text += f"Equal to the cent: {', '.join(size.equal)}."

    plain = m["plain_pass", DEFAULT].cpu
    spine = m["spine_cohorts", "duckdb"].cpu
    bars = [
        ("the three cohort tables, against one plain pass", m["cohorts", DEFAULT].cpu / plain, 1.5, "at most"),
        ("building the ledger, against one plain pass", m["ledger", DEFAULT].cpu / plain, 15, "at most"),
        ("month spine's cohorts, against ledger and cohorts", spine / some[DEFAULT], 3, "at least"),
    ]  # fmt: skip
    if size.name != "10m":
        return Part(text)
    return Part(*_with_bars(text, bars, f"The bars, in CPU, on {TITLES[DEFAULT]}:"))


def of_report(seconds: Report) -> Part:
    """The section of `make report`."""
    stock = seconds.papermill + seconds.nbconvert
    parts = [[name, f"{value:.2f}"] for name, value in seconds.parts.items()]
    text = (
        f"## make report\n\nWall seconds, medians of {RUNS} runs in turns, environment and snapshot there: "
        f"`make report` **{seconds.ours:.2f}**, against the same notebook, period and snapshot through `papermill` "
        f"{seconds.papermill:.2f} and `jupyter nbconvert --to html` {seconds.nbconvert:.2f}, together **{stock:.2f}** "
        f"(whose page shows no chart).\n\n{_table(['part of make report', 'seconds'], parts)}\n\n"
        "The kernel starts beside the rest, so that its start is seen only where something waits for it."
    )
    bars = [("stock commands, against `make report`", stock / seconds.ours, 2.5, "at least")]
    return Part(*_with_bars(text, bars, "The bar, in wall seconds:"))


def of_many(many: Many) -> Part:
    """The section of many pages by one command."""
    ways = {
        "`workahead report csm_book`": many.ours,
        "the same with `--no-warm`": many.alone,
        "`papermill`, one after another": many.papermill,
        "`jupyter nbconvert --to html`, the same": many.nbconvert,
    }
    rows = [[way, f"{one.wall:.1f}", f"{one.cpu:.1f}", f"{one.peak_gb:.2f} GB"] for way, one in ways.items()]
    text = (
        f"## Many pages\n\nThe {many.pages} CSMs' pages of the sample by one command, against the same notebook with "
        f"the same audiences through the stock commands (whose pages show no chart). Medians of {TURNS} runs in turns; "
        "memory is the most that all processes held at a time, what they share counted once:\n\n"
        f"{_table(['', 'wall seconds', 'CPU seconds', 'peak memory'], rows)}\n\n"
        f"{many.large_pages} CSMs of a book of {LARGE:,} accounts, by one command: {many.large.wall:.0f} seconds "
        f"({many.large.wall / max(many.large_pages, 1):.1f} a page), {many.large.cpu:.0f} of CPU, "
        f"{many.large.peak_gb:.2f} GB."
    )
    stock = many.papermill.wall + many.nbconvert.wall
    bars = [("stock commands, against one command", stock / many.ours.wall, 6, "at least")]
    return Part(*_with_bars(text, bars, "The bar, in wall seconds:"))


def of_lab(opening: Opening) -> Part:
    """The section of a notebook opened in JupyterLab."""
    rows = [[name, f"{value:.2f}"] for name, value in opening.parts.items()]
    text = (
        f"## Opening a notebook in JupyterLab\n\nThe sample's `{NOTEBOOK}`, in a real Chromium, each time with a "
        f"server, page and kernel of its own. Wall seconds, medians of {OPENINGS} runs; from the command to the first "
        f"chart **{opening.whole:.1f}**; in a JupyterLab that is open already {_after(opening, 2):.1f}, with a kernel "
        f"that runs {_after(opening, 3):.1f}.\n\n{_table(['part', 'seconds'], rows)}"
    )
    return Part(text)


def of_redraw(redraws: list[Redraw]) -> Part:
    """The section of the panels."""
    rows, missed = [], []
    for book, bar in BARS.items():
        for one in (one for one in redraws if one.book == book):
            cells = [one.at(0.5), one.at(0.95), one.at(0.5, "cpu"), one.at(0.5, "groupby"), one.opening]
            rows.append([f"`{one.panel}`, {book}", *(f"{value:.3f}" for value in cells)])
            if one.at(0.5) > bar:
                missed.append(f"{one.panel} on {book}: {one.at(0.5):.3f} s, bar {bar} s")
    head = ["panel, book", "median", "95th percentile", "CPU, median", "plain groupby", "opening"]
    bars = " and ".join(f"{bar:g} s on {book}" for book, bar in BARS.items())
    text = (
        "## Panels\n\nA filter is changed, to one that the panel has not seen: seconds in the kernel until the new "
        "chart is on its way to the page. Beside it what plain pandas takes to choose the same accounts and to group "
        f"their contracts by segment.\n\n{_table(head, rows)}\n\n"
        f"The bars, at the median: {bars}: {'**missed** by ' + '; '.join(missed) if missed else 'met'}."
    )
    return Part(text, missed)


def _after(opening: Opening, parts: int) -> float:
    return sum(list(opening.parts.values())[parts:])


def of_due(taken: dict[str, Measured]) -> Part:
    """The section of the renewals ahead."""
    rows = [
        [what, f"{one.cpu:.1f} ({one.wall:.1f})", f"{one.peak_gb:.2f} GB"]
        for what, one in ((DUE_TITLES[job], taken[job]) for job in DUE_TITLES)
    ]
    text = (
        "## Renewals ahead\n\nOne process each, reading the snapshot and building the ledger included; "
        f"pandas. CPU seconds, wall seconds in brackets, medians of {DUE_RUNS} runs in turns:\n\n"
        f"{_table(['', 'CPU', 'peak memory'], rows)}"
    )
    seconds = taken["project_retention"].cpu
    met = seconds <= PROJECTION_SECONDS
    mark = "met" if met else "**missed**"
    text += (
        f"\n\nThe bar: the projection in at most {PROJECTION_SECONDS} seconds of CPU: {seconds:.1f}, {mark}."
    )
    return Part(text, [] if met else [f"projection: {seconds:.1f} s, bar {PROJECTION_SECONDS} s"])


def of_study(study: Study) -> Part:
    """The section of the projection's judge."""
    errors, squares = study.errors, study.squares
    called = errors[errors["calls"]]
    ours = called[called["model"] == "workahead"]
    mean = called["error"].abs().groupby(called["model"]).mean() * 100
    table = [
        [
            STUDY_TITLES[model],
            f"{mean[model]:.2f}",
            f"{called.loc[called['model'] == model, 'error'].mean() * 100:+.2f}",
            f"{(called.loc[called['model'] == model, 'error'] ** 2).mean() ** 0.5 * 100:.2f}",
        ]
        for model in STUDY_TITLES
    ]
    simpler = min(("last_year", "segment_rate", "fixed_percent", "csm_calls"), key=lambda model: mean[model])
    with_calls = squares[squares["calls"]]
    brier = with_calls[["ours", "truth", "segment"]].sum() / with_calls["renewals"].sum()
    silent = errors[~errors["calls"]]
    alone = silent["error"].abs().groupby(silent["model"]).mean() * 100
    inside = ours["inside"].mean()
    head = ["", "mean absolute error", "bias", "root mean square error"]
    text = f"""## The projection, judged

{called["seed"].nunique()} simulated companies of {ACCOUNTS} accounts (seeds from {FIRST_SEED}; none was looked at while
the model was made, but a first run of this study showed a bias, and what begins before a period ahead was added),
{len(ours):,} quarters, each seen {HORIZON} days before it began, with what was known then.
Errors of GRR in points:

{_table(head, table)}

*True probabilities* are those the simulation drew from: nobody can know them, since they hold what happens until the
renewal. What they leave is chance, the least error that any way can have. The range is
{ours["width"].mean() * 100:.1f} points wide. Brier score of single renewals: {brier["ours"]:.4f}; true probabilities
{brier["truth"]:.4f}; segment's rate {brier["segment"]:.4f}. Without forecast calls ({silent["seed"].nunique()} of the
companies): {alone["workahead"]:.2f} points off; last year's GRR {alone["last_year"]:.2f}."""
    gain = 1 - mean["workahead"] / mean[simpler]
    least = 1 - mean["truth"] / mean[simpler]
    bars = [
        ("quarters inside the 80% range", f"{inside:.1%}", "76% to 84%", 0.76 <= inside <= 0.84),
        (
            f"mean absolute error below the best simpler way's ({STUDY_TITLES[simpler].lower()})",
            f"{gain:.1%} (true probabilities: {least:.1%})",
            "at least 20%",
            gain >= 0.2,
        ),
        (
            "without calls, against last year's GRR",
            f"{1 - alone['workahead'] / alone['last_year']:.1%} less",
            "less",
            alone["workahead"] < alone["last_year"],
        ),
        (
            "Brier score above that of the true probabilities",
            f"{brier['ours'] / brier['truth'] - 1:.1%}",
            "at most 15%",
            brier["ours"] <= 1.15 * brier["truth"],
        ),
    ]
    rows = [[what, found, bar, "met" if met else "**missed**"] for what, found, bar, met in bars]
    missed = [f"{what}: {found}, bar {bar}" for what, found, bar, met in bars if not met]
    return Part(f"{text}\n\nThe bars:\n\n{_table(['', 'found', 'bar', ''], rows)}", missed)


def _with_bars(text: str, bars: list[tuple[str, float, float, str]], title: str) -> tuple[str, list[str]]:
    rows, missed = [], []
    for what, ratio, bar, way in bars:
        met = ratio <= bar if way == "at most" else ratio >= bar
        rows.append([what, f"{ratio:.2f}x", f"{way} {bar:g}x", "met" if met else "**missed**"])
        if not met:
            missed.append(f"{what}: {ratio:.2f}x, bar {way} {bar:g}x")
    return f"{text}\n\n{title}\n\n{_table(['', 'ratio', 'bar', ''], rows)}", missed


def write(parts: dict[str, Part]) -> None:
    """The page; a part that was not measured now keeps its text."""
    held = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    kept = dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", held, re.S))
    now = {name: f"{part.text}\n\n*{_machine()}*" for name, part in parts.items()}
    texts = {**kept, **now}
    body = [f"<!-- {name} -->\n{texts[name]}\n<!-- end -->" for name in ORDER if name in texts]
    PAGE.write_text("\n".join([INTRO, *body]) + "\n", encoding="utf-8")


def _machine() -> str:
    libraries = ("pandas", "polars", "duckdb", "narwhals", "pyarrow")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    day = dt.datetime.now(dt.UTC).date()
    return (
        f"{day}: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; load {os.getloadavg()[0]:.1f}"
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
