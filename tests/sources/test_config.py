import pytest
from workahead.errors import ConfigError
from workahead.sources.config import read_workbench


def faults(write, text):
    with pytest.raises(ConfigError) as error:
        read_workbench(write("workbench.yml", text))
    return str(error.value)


def test_every_fault_is_named_with_its_line_and_what_was_meant(write):
    said = faults(
        write,
        """
        currency: usd
        rate: {EUR: 1}
        exports:
          - file: a.csv
            kind: salesforc
            table: subscription
          - file: b.csv
            kind: table
            table: accounts
            colums: {name: Name}
        """,
    )
    assert "5 faults" in said
    assert "line 1: currency" in said
    assert "line 2: rate: unknown key 'rate'. Did you mean 'rates'?" in said
    assert "line 5: exports[1].kind" in said
    assert "line 6: exports[1].table: unknown table 'subscription'. Did you mean 'subscriptions'?" in said
    assert "line 10: exports[2].colums: unknown key 'colums'. Did you mean 'columns'?" in said


def test_unknown_columns_and_values_are_answered_with_the_known_ones(write):
    said = faults(
        write,
        """
        exports:
          - file: a.csv
            kind: table
            table: subscriptions
            columns: {acount_id: Account}
            values: {status: {Live: activ}}
        """,
    )
    assert (
        "line 5: exports[1].columns.acount_id: the table subscriptions has no column 'acount_id'. "
        "Did you mean 'account_id'?" in said
    )
    assert "'activ' is no value of status. Did you mean 'active'? There are: active, lost." in said


def test_a_key_that_stands_twice_is_refused(write):
    assert "line 3: the key 'currency' stands twice." in faults(
        write, "currency: USD\ncompany: A\ncurrency: EUR\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("time_zone: Europe/Londn", "unknown time zone 'Europe/Londn'"),
        ("as_of: 31.10.2026", "line 1: as_of"),
        ("rates: {EUR: -1}", "greater than 0"),
        ("definitions: {grain: custmer}", "line 1: definitions.grain"),
        ("definitions: {late_days: 3}", "unknown key 'late_days'"),
    ],
)
def test_values_that_make_no_sense(write, line, said):
    assert said in faults(write, f"{line}\nexports:\n  - {{file: a.csv, kind: table, table: accounts}}\n")


def test_no_file_no_yaml_no_mapping(write, tmp_path):
    with pytest.raises(ConfigError, match="there is no file"):
        read_workbench(tmp_path / "workbench.yml")
    assert "no valid YAML" in faults(write, "a: [1\n")
    assert "should hold keys" in faults(write, "- a\n")
    assert "exports: this key is missing" in faults(write, "company: A\n")


def test_words_stay_words_and_dates_become_dates(write):
    bench = read_workbench(
        write(
            "workbench.yml",
            """
            company: NO
            as_of: 2026-10-31
            definitions: {late_renewal_days: 0, reactivation_days: }
            exports:
              accounts: {file: a.csv, kind: table, values: {tier: {Yes: key, No: standard}}, where: {A:
              not blank}}
              contacts:
                - {file: b.csv, kind: table, keep: [Shoe Size]}
            """,
        )
    )
    assert bench.company == "NO"
    assert f"{bench.as_of:%d %b %Y}" == "31 Oct 2026"
    assert bench.definitions.late_renewal_days == 0
    assert [one.table for one in bench.exports] == ["accounts", "contacts"]
    assert bench.exports[0].values == {"tier": {"Yes": "key", "No": "standard"}}
    assert bench.exports[0].where["A"].blank is False
    assert bench.exports[1].keep["Shoe Size"].header == "Shoe Size"


def test_keys_and_kinds_deep_in_an_entry_are_answered_with_what_there_is(write):
    said = faults(
        write,
        """
        exports:
          accounts:
            file: a.csv
            kind: salesforc
            where: {Type: {not_blank: yes}}
            keep: {size: {headr: Size}, spend: {header: Spend, kind: mony}}
        """,
    )
    for one in (
        "line 4: exports.accounts.kind: 'salesforc' is none of: salesforce, hubspot, table. Did you mean 'salesforce'?",
        "line 5: exports.accounts.where.Type.not_blank: unknown key 'not_blank'.",
        "There are: one_of, none_of, blank.",
        "line 6: exports.accounts.keep.size.headr: unknown key 'headr'. Did you mean 'header'?",
        "There are: header, kind.",
        "line 6: exports.accounts.keep.spend.kind: 'mony' is none of: text, number, money, date, bool, id.",
    ):
        assert one in said
    assert "at least 1 item" not in said  # the list of exports is not empty: its entry is faulty
