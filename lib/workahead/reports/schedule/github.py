"""A workflow of GitHub Actions for each report."""

from __future__ import annotations

import json
from pathlib import Path

from workahead.reports.deliver.settings import MAIL
from workahead.reports.schedule.files import Files
from workahead.reports.schedule.job import Job
from workahead.reports.schedule.times import cron_lines

_WORKFLOW = """\
# {title}
# {said}. GitHub's clock is UTC: where a change of summer time
# takes several lines, all come by and the run looks which one is due. GitHub starts late at times, and stops
# the schedules of a public repository that has had no commit for 60 days.
name: {name}

on:
  workflow_dispatch:
  schedule:
{crons}

permissions:
  contents: read

concurrency:
  group: workahead-{report}

jobs:
  report:
    runs-on: ubuntu-latest
    timeout-minutes: 120
{folder}    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - name: Set up the environment from the lock
        run: make .venv/.run
      - name: Load the exports and run what is due
        env:
          FIRED: ${{{{ github.event.schedule }}}}
{secrets}        run: .venv/bin/python -m workahead schedule run {report} --fired "$FIRED"
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: {report}
          path: {published}
          include-hidden-files: true
          if-no-files-found: ignore
"""


def _top(root: Path) -> Path:
    return next((path for path in (root, *root.parents) if (path / ".git").exists()), root)


def _folder(root: Path) -> Path:
    return _top(root) / ".github" / "workflows"


def _named(root: Path, report: str) -> list[str]:
    return [f"workahead-{report}.yml"]


def _written(job: Job) -> list[str]:
    inside = job.root.relative_to(_top(job.root)).as_posix()
    below = "" if inside == "." else f"{inside}/"
    folder = f"    defaults:\n      run:\n        working-directory: {json.dumps(inside)}\n" if below else ""
    lines = cron_lines(job.cron, job.zone, "UTC")
    return [
        _WORKFLOW.format(
            title=job.title,
            said=job.said[:1].upper() + job.said[1:],
            name=json.dumps(f"Report {job.name}"),
            report=job.name,
            crons="\n".join(f'    - cron: "{line}"' for line in lines),
            folder=folder,
            secrets="".join(f"          {one}: ${{{{ secrets.{one} }}}}\n" for one in _variables(job)),
            published=json.dumps(f"{below}reports/published"),
        )
    ]


def _variables(job: Job) -> list[str]:
    """The names of the variables that the report's deliveries take from the environment."""
    found: list[str] = []
    for one in job.report.deliver:
        if one.webhook:
            found.append(one.webhook.url_env)
        if one.email:
            found += [*MAIL, *([one.email.to_env] if one.email.to_env else [])]
    return list(dict.fromkeys(found))


GITHUB = Files(
    _folder,
    _named,
    _written,
    begun=lambda *_: ["commit and push them: GitHub runs what is on the default branch"],
    ending=lambda _, files: ["commit that, so that GitHub learns of it"] if files else [],
)
