"""What a report's run does by itself: it delivers what is new, once, and failures to those who mend them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from commands import workahead
from delivering import SECRET, Post

DEFINITION = """
title: Tiny
notebook: notebooks/tiny.ipynb
deliver:
  - email: {to: [reader@example.com]}
  - email: {to: [mender@example.com], when: failed}
  - folder: shared
"""
CODE = """import os
from workahead import show

print(os.environ["WORKAHEAD_SMTP_PASSWORD"])
show.finding("All is well.")"""


def run(project: Path, code: str, expected: int) -> str:
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(code),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    for cell in notebook.cells:
        cell.pop("id", None)  # the same notebook, byte for byte, each time
    notebook.nbformat_minor = 4
    nbformat.write(notebook, project / "notebooks" / "tiny.ipynb")
    done = workahead(project, "report", "tiny", "--period", "2026-10", "--no-warm")
    assert done.returncode == expected, done.stderr
    return done.stderr


def test_a_new_page_is_delivered_once_and_a_failed_run_to_those_who_mend_it(
    small_project: Path, tmp_path: Path, post_office: Callable[..., Post]
) -> None:
    post, project = post_office(), tmp_path / "project"
    shutil.copytree(small_project / "data", project / "data")
    for folder in ("notebooks", "reports"):
        (project / folder).mkdir()
    shutil.copy(small_project / "workbench.yml", project)
    (project / "reports" / "tiny.yml").write_text(DEFINITION, encoding="utf-8")

    said = run(project, CODE, 0)
    assert "tiny/2026-10, email to reader@example.com: sent" in said
    assert run(project, CODE, 0).count("sent") == 0  # an unchanged page
    assert [(to, mail["Subject"]) for to, mail in post.received] == [
        ("reader@example.com", "Tiny, October 2026: All is well.")
    ]
    good = (project / "shared" / "tiny" / "2026-10" / "index.html").read_bytes()

    run(project, 'raise ValueError("no such table")', 1)
    assert [(to, mail["Subject"]) for to, mail in post.received][1:] == [
        ("mender@example.com", "Failed: Tiny, October 2026: ValueError: no such table")
    ]
    assert (project / "shared" / "tiny" / "2026-10" / "index.html").read_bytes() == good
    record = json.loads(
        (project / "reports/published/tiny/2026-10.failed/deliveries.json").read_text("utf-8")
    )
    assert [(one["to"], one["state"]) for one in record["deliveries"]] == [("mender@example.com", "sent")]
    # the password, which the notebook has printed, is in no page, copy or record
    written = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert SECRET.encode() not in written
    assert SECRET not in said + "".join(str(mail) for _, mail in post.received)
