import pandas as pd
import pytest
from workahead.sources.columns import parse_ids
from workahead.sources.ids import to_18


def parsed(*cells, several=False):
    return parse_ids(pd.Series(cells, dtype="str"), salesforce=False, several=several)


@pytest.mark.parametrize(
    ("short", "check"),
    [
        ("001C000000o4OOI", "IA2"),
        ("0014000000Lmabc", "AAB"),
        ("0017Q00000KGhjM", "QAT"),
        ("0017Q00000M1H7E", "QAV"),
    ],
)
def test_e27_published_checksums_make_15_characters_18(short, check):
    assert to_18(short) == short + check


def test_ids_that_differ_by_case_alone_stay_apart():
    assert to_18("001C000000o4OOI") != to_18("001C000000O4OOI")


@pytest.mark.parametrize("other", ["001C000000o4OOIIA2", "40100000", "D-1001", "", "001C000000o4OO-"])
def test_anything_else_is_left_as_it_is(other):
    assert to_18(other) == other


def test_joined_ids_are_split_in_order_without_blanks():
    assert parsed("7003; 7001;;7002 ", several=True).values.tolist() == ["7003;7001;7002"]
    assert parsed("7003; 7001").values.tolist() == ["7003"]


def test_floats_are_told_only_when_all_are():
    assert parsed("1.0", None, "12.0").values.dropna().tolist() == ["1", "12"]
    assert parsed("1.0", "12").values.tolist() == ["1.0", "12"]
    assert parsed(None).notes["floats"] is False
