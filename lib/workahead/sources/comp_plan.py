"""Reading plan.yml: strictly, every fault named at once with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path

from workahead.book.audience import from_environment
from workahead.book.comp_plan import CompPlan
from workahead.book.snapshot import project_root
from workahead.sources.checked import checked

FILE = "plan.yml"
ABSENT = (
    "A compensation plan is a file such as plan.yml, beside workbench.yml; docs/compensation.md shows one"
)


def comp_plan(path: Path | str = FILE) -> CompPlan:
    """The compensation plan of a file, checked; a relative path is the project's.

    Where a report runs for one reader, it holds no pay but theirs. docs/compensation.md explains each key. Raises
    ConfigError, which names every fault with its line, and the word that was probably meant.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "plan.yml"
    >>> _ = file.write_text("metrics: [{metric: nrr, weight: 100%}]\\npeople: [{who: Ana, target_pay: 5000}]")
    >>> comp_plan(file).metrics[0].weight
    1.0
    """
    path = Path(path)
    if not path.is_absolute() and not path.is_file():
        path = project_root() / path
    return checked(path, CompPlan, ABSENT).seen_by(from_environment())
