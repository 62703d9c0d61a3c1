"""plan.yml: the example at the root, every fault at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import workahead as wa

ROOT = Path(__file__).parents[2]


def test_the_example_at_the_root_is_a_plan():
    plan = wa.comp_plan(ROOT / "plan.yml")
    assert [one.metric for one in plan.metrics] == ["nrr", "grr", "csql_arr"]
    assert [one.weight for one in plan.metrics] == [0.5, 0.2, 0.3]
    pay = {person.who: plan.pay(person) for person in plan.people}
    assert (pay["Ana Ferreira"], pay["Grace Mwangi"], pay["Priya Raman"]) == (8000, 6000, 6500)
    assert plan.metrics[0].rate(0.99, 1.06) == 0.5  # half of the way from 92 to 106%
    assert plan.metrics[2].rate(150, 100) == 1.75


def test_the_docs_explain_every_key_and_metric():
    from workahead.book.comp_plan import CompPlan, Metric, Person, Point
    from workahead.words.comp_plan import METRIC_NAMES

    text = (ROOT / "docs" / "compensation.md").read_text(encoding="utf-8")
    keys = [key for part in (CompPlan, Metric, Person, Point) for key in part.model_fields]
    assert [key for key in (*keys, *METRIC_NAMES) if f"`{key}`" not in text] == []


def test_every_fault_is_named_at_once_with_its_line(tmp_path):
    path = tmp_path / "plan.yml"
    path.write_text(
        "period: weekly\n"
        "metrics:\n"
        "  - {metric: nnr, weight: 50%}\n"
        "  - {metric: grr, weight: 30%, treshold: 80%, cap: 150%}\n"
        "  - metric: csql_arr\n"
        "    weight: 19%\n"
        "    target: lots\n"
        "    points: [{at: 100%, pay: 100%}]\n"
        "  - {metric: csql_arr, weight: half}\n"
        "roles: {CSM: 6000}\n"
        "people:\n"
        "  - {who: Ana, role: CMS}\n"
        "  - {who: Bo, joined: soon, target_pay: 1}\n"
        "roles: {CSM: 7000}\n",
        encoding="utf-8",
    )
    with pytest.raises(wa.ConfigError) as refused:
        wa.comp_plan(path)
    text = str(refused.value)
    for said in (
        "line 1: period:",
        "line 3: metrics[1].metric: 'nnr' is none of: nrr, grr,",
        "Did you mean 'nrr'?",
        "line 4: metrics[2].treshold: unknown key 'treshold'. Did you mean 'threshold'?",
        "line 4: metrics[2].cap: the curve ends at 100%: a cap of 150% needs an accelerator or a point",
        "line 7: metrics[3].target:",
        "line 8: metrics[3].points[1].pay: unknown key 'pay'. Did you mean 'pays'?",
        "line 8: metrics[3].points[1].pays: this key is missing",
        "line 9: metrics[4].weight:",
        "line 9: metrics[4].metric: csql_arr (individual) stands twice",
        "line 2: metrics: 4 metrics, and a plan has at most three",
        "line 12: people[1].role: 'CMS' is none of the roles. Did you mean 'CSM'?",
        "line 13: people[2].joined:",
        "line 14: the key 'roles' stands twice.",
    ):
        assert said in text, text


def test_weights_of_99_percent_are_refused_with_the_line(tmp_path):
    path = tmp_path / "plan.yml"
    path.write_text(
        "people: [{who: Ana, target_pay: 1}]\nmetrics:\n  - {metric: nrr, weight: 99%}\n", encoding="utf-8"
    )
    with pytest.raises(wa.ConfigError, match=r"line 2: metrics: the weights add up to 99%, not to 100%: 99%"):
        wa.comp_plan(path)


@pytest.mark.parametrize("text", ["", "- a list", "people: [", "\x00"])
def test_what_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "plan.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(wa.ConfigError, match=r"plan\.yml"):
        wa.comp_plan(path)


def test_a_plan_that_is_not_there_says_what_one_is(tmp_path):
    with pytest.raises(wa.ConfigError, match=r"there is no file .*plan\.yml\. A compensation plan is a file"):
        wa.comp_plan(tmp_path / "plan.yml")


def test_a_relative_path_is_the_projects(tmp_path, monkeypatch):
    (tmp_path / "workbench.yml").write_text("", encoding="utf-8")
    (tmp_path / "plan.yml").write_bytes((ROOT / "plan.yml").read_bytes())
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert wa.comp_plan("plan.yml") == wa.comp_plan(ROOT / "plan.yml")


def test_check_names_the_faults_of_the_plan(tmp_path, monkeypatch):
    from typer.testing import CliRunner
    from workahead.cli import app

    (tmp_path / "workbench.yml").write_text(
        "as_of: 2026-10-31\nexports: [{table: subscriptions, file: contracts.csv, kind: table}]\n",
        encoding="utf-8",
    )
    (tmp_path / "contracts.csv").write_text(
        "subscription_id,account_id,start_date,end_date,arr\nS1,A,2026-01-01,2026-12-31,100\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    wa.load("workbench.yml")
    assert "plan.yml" not in CliRunner().invoke(app, ["check"]).output
    (tmp_path / "plan.yml").write_bytes((ROOT / "plan.yml").read_bytes())
    said = CliRunner().invoke(app, ["check"]).output
    assert "plan.yml: no faults; 3 metrics, 8 people, none of them a CSM in this book: is it yours?" in said
    (tmp_path / "plan.yml").write_text("metrics: []\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["check"]).exception
    assert isinstance(refused, wa.ConfigError)
    assert "people: this key is missing" in str(refused)
