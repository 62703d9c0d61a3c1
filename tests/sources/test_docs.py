"""docs/loading.md names every key of workbench.yml and every column that a mapping may name."""

from pathlib import Path

import pytest
from workahead.book.definitions import Definitions
from workahead.sources.workbench import EXTRAS, Export, Workbench

TEXT = (Path(__file__).parents[2] / "docs" / "loading.md").read_text(encoding="utf-8")
KEYS = {*Workbench.model_fields, *Export.model_fields, *Definitions.model_fields} - {"folder"}


@pytest.mark.parametrize("key", sorted(KEYS | {name for extra in EXTRAS.values() for name in extra}))
def test_every_key_is_explained(key):
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("option", ["--workbench", "--as-of", "--force", "--rows"])
def test_every_option_of_load_and_check_is_named(option):
    assert option in TEXT
