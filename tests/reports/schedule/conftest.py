"""A project under a path that every scheduler reads in its own way, with three reports that run by themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HOSTILE = '100% o\'wn $HOME "it" & <co> ; ü'
TITLE = r"100% \"sure\" $(date) `id` ${{ secrets.X }} {{ ds }}"


def notebook(*cells: str) -> str:
    """A notebook of a parameters cell and these."""
    sources = ['period: str = "latest"  # the period', *cells]
    told = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "execution_count": None,
            "metadata": {"tags": [] if number else ["parameters"]},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": told, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Its root; contracts.csv holds one contract, of since 2020."""
    root = tmp_path / HOSTILE
    for folder in ("reports", "notebooks"):
        (root / folder).mkdir(parents=True)
    (root / "contracts.csv").write_text("subscription_id,account_id,start_date,arr\nS1,A1,2020-01-01,1200\n")
    (root / "workbench.yml").write_text(
        "currency: USD\ntime_zone: Europe/Berlin\n"
        "exports: [{table: subscriptions, file: contracts.csv, kind: table, date_format: yyyy-mm-dd}]\n"
    )
    (root / "notebooks" / "tiny.ipynb").write_text(notebook("period"), encoding="utf-8")
    for name, lines in {
        "monthly": "schedule: {monthly: 2 at 07:00}",
        "weekly": "schedule: {cron: '30 6 * * mon', timezone: Asia/Kathmandu}",
        "by_hand": "",
    }.items():
        text = f"title: '{TITLE}'\nnotebook: notebooks/tiny.ipynb\n{lines}\n"
        (root / "reports" / f"{name}.yml").write_text(text, encoding="utf-8")
    return root
