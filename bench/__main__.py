"""``python -m bench``: measure, compare, print; with ``--write`` into bench/README.md."""

from __future__ import annotations

import argparse
import sys

from bench import lab, many, page, plan, redraw, report, study
from bench.data import HERE, SIZES


def main() -> int:
    """Run what is asked for; 1 where a bar is missed."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument(
        "--size", choices=[*SIZES, "all"], help="lines to measure (default: all, and everything else)"
    )
    asked.add_argument(
        "--report", action="store_true", help="the seconds of `make report`, against stock commands"
    )
    asked.add_argument(
        "--many", action="store_true", help="many pages by one command, against stock commands"
    )
    asked.add_argument("--lab", action="store_true", help="opening a notebook in JupyterLab, by part")
    asked.add_argument("--redraw", action="store_true", help="how soon a panel answers to a filter")
    asked.add_argument("--due", action="store_true", help="renewals ahead: the base and the projection")
    asked.add_argument("--study", action="store_true", help="the projection on simulated companies")
    asked.add_argument(
        "--write", action="store_true", help="write bench/README.md (parts not run keep their text)"
    )
    given = asked.parse_args()
    one = given.report or given.many or given.lab or given.redraw or given.due or given.study
    everything = given.size is None and not one
    sizes = list(SIZES) if everything or given.size == "all" else [given.size] if given.size else []
    parts = {}
    for name in sizes:
        tell(f"{name} lines")
        parts[name] = page.of_size(plan.run(name, tell))
    if everything or given.report:
        tell("make report")
        parts["report"] = page.of_report(report.run(tell))
    if everything or given.many:
        tell("many pages")
        parts["many"] = page.of_many(many.run(tell))
    if everything or given.lab:
        tell("JupyterLab")
        parts["lab"] = page.of_lab(lab.run(tell))
    if everything or given.redraw:
        tell("panels")
        parts["redraw"] = page.of_redraw(redraw.run(tell))
    if everything or given.due:
        tell("renewals ahead")
        parts["due"] = page.of_due(plan.due(tell))
    if everything or given.study:
        tell("the projection on simulated companies")
        parts["study"] = page.of_study(study.run(tell))
    if given.write:
        page.write(parts)
    print("\n\n".join(part.text for part in parts.values()))
    missed = [bar for part in parts.values() for bar in part.missed]
    for bar in missed:
        tell(f"missed: {bar}")
    return 1 if missed else 0


def tell(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    sys.exit(main())
