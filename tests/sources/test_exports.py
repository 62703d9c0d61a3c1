"""The quirks of real exports, from the file to the canonical table."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workahead.errors import ConfigError, SourceError

HEADER = "Contract ID,Account ID,Contract Start Date,Contract End Date,ARR"
CONTRACTS = """
exports:
  - {file: c.csv, kind: salesforce, table: subscriptions}
"""


def told(loaded):
    return [one.finding for one in loaded.observations]


def aside(loaded):
    return loaded.set_aside[["line", "column", "value", "reason"]].to_dict("split")["data"]


def adds_up(loaded):
    for one in loaded.sources:
        assert one["rows_read"] == one["kept"] + one["set_aside"]
        if one["arr_read"] is not None:
            gone = loaded.set_aside.query("file == @one['file'] and table == 'subscriptions'")["arr"].sum()
            assert one["arr_read"] == pytest.approx(one["arr_kept"] + gone, abs=0.005)


def test_ids_of_15_and_18_characters_join(write, read):
    write("a.csv", "Account ID,Account Name\n0014000000LmabcAAB,Alpha\n")
    write("c.csv", f"{HEADER}\nc1,0014000000Lmabc,2026-01-01,2026-12-31,1200\n")
    loaded = read(
        "exports:\n  accounts: {file: a.csv, kind: salesforce}\n  subscriptions: {file: c.csv, kind: salesforce}\n"
    )
    assert (
        loaded.tables["subscriptions"]["account_id"].tolist()
        == loaded.tables["accounts"]["account_id"].tolist()
    )


def test_a_blank_id_sets_its_row_aside_and_leaves_ids_text(write, read):
    write(
        "c.csv",
        f"{HEADER}\n1,10,2026-01-01,2026-12-31,1200\n,10,2026-01-01,2026-12-31,300\n3,,2026-01-01,2026-12-31,50\n",
    )
    loaded = read(CONTRACTS)
    assert loaded.tables["subscriptions"]["subscription_id"].tolist() == ["1"]
    assert aside(loaded) == [
        [3, "Contract ID", "", "subscription_id is blank"],
        [4, "Account ID", "", "account_id is blank"],
    ]
    assert loaded.set_aside["arr"].tolist() == [300.0, 50.0]
    adds_up(loaded)


def test_contracts_that_cannot_be_are_set_aside_with_line_value_and_arr(write, read):
    write(
        "c.csv",
        f"{HEADER}\n1,A,2026-01-01,2026-12-31,1200\n2,A,2026-12-31,2026-01-01,240000\n3,A,soon,2026-12-31,10\n"
        "4,A,2026-01-01,2026-02-30,20\n5,A,2026-01-01,2026-12-31,lots\n6,A,2026-01-01,2026-12-31,-5\n7,A,2026-01-01,,30\n",
    )
    loaded = read(CONTRACTS)
    assert loaded.tables["subscriptions"]["subscription_id"].tolist() == ["1", "7"]
    assert aside(loaded) == [
        [3, "Contract End Date", "2026-01-01", "the contract ends before it starts"],
        [4, "Contract Start Date", "soon", "start_date is no date"],
        [5, "Contract End Date", "2026-02-30", "end_date is no date"],
        [6, "ARR", "lots", "arr is no number"],
        [7, "ARR", "-5", "ARR below zero: a credit is no contract"],
    ]
    source = loaded.sources[0]
    assert (source["rows_read"], source["kept"], source["set_aside"]) == (7, 2, 5)
    assert source["arr_read"] == 1200 + 240000 + 10 + 20 - 5 + 30
    assert source["arr_kept"] == 1230
    adds_up(loaded)


def test_e19_yen_and_dollars_are_converted_never_added(write, read):
    write(
        "c.csv",
        f"{HEADER.replace('ARR', 'ARR Currency,ARR')}\n1,A,2026-01-01,,JPY,10000\n2,A,2026-01-01,,USD,10000\n",
    )
    frame = read(f"rates: {{JPY: 0.008386}}\n{CONTRACTS}").tables["subscriptions"]
    assert frame["arr"].sum() == pytest.approx(10_083.86)
    assert frame["arr_original"].tolist() == [10_000.0, 10_000.0]
    assert frame["currency"].tolist() == ["JPY", "USD"]


def test_a_currency_without_rate_is_refused_and_the_converted_column_only_suggests_one(write, read):
    header = HEADER.replace("ARR", "ARR Currency,ARR,ARR (converted) Currency,ARR (converted)")
    write(
        "c.csv",
        f"{header}\n1,A,2026-01-01,,EUR,100,USD,108\n2,A,2026-01-01,,EUR,300,USD,324\n3,A,2026-01-01,,SEK,50,,\n",
    )
    with pytest.raises(SourceError) as error:
        read(CONTRACTS)
    said = str(error.value)
    assert "2 rows are in EUR (400.00 EUR)" in said
    assert "EUR: 1.08   # as in the export's column 'ARR (converted)'" in said
    assert "1 row is in SEK" in said
    assert "SEK: <rate>" in said


def test_currencies_in_the_cell_and_a_column_without(write, read):
    write(
        "c.csv",
        f'{HEADER}\n1,A,2026-01-01,,"USD 10,000.00"\n2,A,2026-01-01,,"€1.234,50"\n3,A,2026-01-01,,(0.00)\n',
    )
    frame = read(f"rates: {{EUR: 2}}\n{CONTRACTS}").tables["subscriptions"]
    assert frame["arr"].tolist() == [10_000.0, 2_469.0, 0.0]


def test_a_blank_currency_is_the_reporting_one_and_told(write, read):
    write("c.csv", f"{HEADER},Currency\n1,A,2026-01-01,,10,\n2,A,2026-01-01,,10,EUR\n")
    loaded = read(f"rates: {{EUR: 2}}\n{CONTRACTS}")
    assert loaded.tables["subscriptions"]["arr"].tolist() == [10.0, 20.0]
    assert "1 row lacks a currency in c.csv: taken as USD" in told(loaded)


def test_all_that_a_file_leaves_open_is_asked_at_once(write, read):
    write("c.csv", f"{HEADER}\n1,A,3/4/2026,5/6/2026,1.234\n")
    with pytest.raises(SourceError) as error:
        read(CONTRACTS)
    said = str(error.value)
    assert "column 'Contract Start Date' (start_date): '3/4/2026' may be day/month or month/day" in said
    assert "column 'Contract End Date' (end_date)" in said
    assert "column 'ARR' (arr): '1.234' may be a thousand" in said
    assert "date_format: dd/mm/yyyy" in said


def test_stated_formats_answer(write, read):
    write("c.csv", f"{HEADER}\n1,A,3/4/2026,5/6/2026,1.234\n")
    frame = read(
        "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions, date_format: dd/mm/yyyy, decimal: ','}\n"
    ).tables["subscriptions"]
    assert frame["start_date"].tolist() == [pd.Timestamp("2026-04-03")]
    assert frame["arr"].tolist() == [1234.0]


def test_formats_may_differ_by_column(write, read):
    write("c.csv", f"{HEADER}\n1,A,3/4/2026,5/6/2026,1\n")
    frame = read(
        "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions,\n"
        "     date_format: {Contract Start Date: dd/mm/yyyy, end_date: mm/dd/yyyy}}\n"
    ).tables["subscriptions"]
    assert (frame["start_date"][0], frame["end_date"][0]) == (
        pd.Timestamp("2026-04-03"),
        pd.Timestamp("2026-05-06"),
    )


def test_repeated_keys_are_kept_once_and_the_others_told_apart(write, read):
    write(
        "c.csv",
        f"{HEADER},Contact "
        "Role\n1,A,2026-01-01,,10,Champion\n1,A,2026-01-01,,10,User\n2,A,2026-01-01,,20,\n2,A,2026-01-01,,25,\n",
    )
    loaded = read(CONTRACTS)
    assert loaded.tables["subscriptions"]["arr"].tolist() == [10.0, 20.0]
    assert aside(loaded) == [
        [3, "Contract ID", "1", "subscription_id stands twice: the same as line 2"],
        [5, "Contract ID", "2", "subscription_id stands twice and differs: line 4 is kept"],
    ]
    adds_up(loaded)


def test_two_files_may_feed_one_table(write, read):
    write("c.csv", f"{HEADER}\n1,A,2026-01-01,,10\n")
    write("d.csv", f"{HEADER}\n2,A,2026-01-01,,20\n1,A,2026-01-01,,10\n")
    loaded = read(
        "exports:\n  subscriptions:\n    - {file: c.csv, kind: salesforce}\n    - "
        "{file: d.csv, kind: salesforce}\n"
    )
    assert loaded.tables["subscriptions"]["subscription_id"].tolist() == ["1", "2"]
    assert aside(loaded)[0][3] == "subscription_id stands twice: the same as c.csv line 2"
    adds_up(loaded)


def test_what_is_set_aside_shows_the_text_that_stands_in_the_file(write, read):
    """15 characters as exported, though the tables hold 18: so that a search in the file finds it."""
    row = "001C000000o4OOI,001C000000o4OOI,2026-01-01,2026-12-31,100\n"
    write("c.csv", "Contract ID,Account ID,Contract Start Date,Contract End Date,ARR\n" + row + row)
    loaded = read("exports: [{file: c.csv, kind: salesforce, table: subscriptions}]\n")
    assert loaded.tables["subscriptions"]["subscription_id"].tolist() == ["001C000000o4OOIIA2"]
    assert aside(loaded) == [
        [3, "Contract ID", "001C000000o4OOI", "subscription_id stands twice: the same as line 2"]
    ]


def test_merged_accounts_point_at_the_survivor_along_the_chain(write, read):
    write("a.csv", "Account ID,Account Name,Master Record ID\nA,Alpha,\nB,Beta,A\nC,Gamma,B\n")
    write("c.csv", f"{HEADER}\n1,A,2026-01-01,,10\n2,B,2026-01-01,,20\n3,C,2026-01-01,,30\n")
    loaded = read(
        "exports:\n  accounts: {file: a.csv, kind: salesforce}\n  subscriptions: {file: c.csv, kind: salesforce}\n"
    )
    assert loaded.tables["accounts"]["account_id"].tolist() == ["A"]
    assert loaded.tables["subscriptions"]["account_id"].tolist() == ["A", "A", "A"]
    assert [row[3] for row in aside(loaded)] == ["merged into A, which is kept"] * 2
    adds_up(loaded)


def test_hubspot_names_the_merged_ids_on_the_survivor(write, read):
    write("a.csv", "Record ID,Company name,Merged Company IDs\n1,Alpha,7; 8\n2,Beta,\n")
    write(
        "d.csv",
        "Record ID,Associated Company IDs,Subscription Start Date,ARR\n11,8,2026-01-01,10\n12,2,2026-01-01,20\n",
    )
    loaded = read(
        "exports:\n  accounts: {file: a.csv, kind: hubspot}\n  subscriptions: {file: d.csv, kind: hubspot}\n"
    )
    assert loaded.tables["subscriptions"]["account_id"].tolist() == ["1", "2"]


def test_one_hubspot_file_feeds_three_tables_by_where(write, read):
    write(
        "deals.csv",
        "\ufeffRecord ID,Deal Name,Deal Stage,Deal Type,Amount,Create Date,Close Date,Associated Company IDs,"
        'Subscription Start Date,ARR,"Date entered ""S1 (Sales Pipeline)""","Date entered ""Closed Won '
        '(Sales Pipeline)"""\r\n'
        '1,"A, first",Closed Won,New Business,100,2026-01-02 09:00,2026-03-31 '
        "23:58,5;6,2026-04-01,100,2026-01-02 09:00,2026-03-31 23:58\r\n"
        "2,B,S1,,50,2026-02-02 09:00,,7,,,2026-02-02 10:00,\r\n"
        "3,C,Closed Lost,Renewal,70,2026-02-02 09:00,2026-02-03 00:01,7,,,,\r\n",
    )
    loaded = read(
        """
        time_zone: Europe/London
        exports:
          - file: deals.csv
            kind: hubspot
            table: subscriptions
            where: {Deal Stage: closed won, Subscription Start Date: not blank}
          - {file: deals.csv, kind: hubspot, table: opportunities}
          - {file: deals.csv, kind: hubspot, table: stage_history}
        """
    )
    subscriptions, deals, history = (
        loaded.tables[name] for name in ("subscriptions", "opportunities", "stage_history")
    )
    assert subscriptions[["subscription_id", "account_id", "arr"]].values.tolist() == [["1", "5", 100.0]]
    assert deals["is_won"].tolist() == [True, False, False]
    assert deals["is_closed"].tolist() == [True, False, True]
    assert deals["close_date"].dt.strftime("%Y-%m-%d").tolist()[:1] == ["2026-03-31"]
    assert deals["type"].astype(object).where(deals["type"].notna(), None).tolist() == [
        "new",
        None,
        "renewal",
    ]
    assert history["stage"].tolist() == ["S1", "Closed Won", "S1"]
    assert [(one["rows_read"], one["left_out"]) for one in loaded.sources] == [(1, 2), (3, 0), (3, 0)]
    assert any("taken in Europe/London" in note for note in loaded.notes)
    assert any("several ids" in one and "the first is used" in one for one in told(loaded))
    adds_up(loaded)


def test_a_where_that_no_row_meets_is_refused_with_the_values_there_are(write, read):
    write("c.csv", f"{HEADER},Kind\n1,A,2026-01-01,,10,Licence\n")
    with pytest.raises(SourceError, match=r"no row meets `where: Kind` for subscriptions.*Licence"):
        read(
            "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions, where: {Kind: Subscription}}\n"
        )


def test_where_leaves_out_trials_and_says_how_many(write, read):
    write("c.csv", f"{HEADER},Kind\n1,A,2026-01-01,,10,Licence\n2,A,2026-01-01,,5,Trial\n")
    loaded = read(
        "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions, where: {Kind: {not: [trial]}}}\n"
    )
    assert loaded.tables["subscriptions"]["subscription_id"].tolist() == ["1"]
    assert loaded.sources[0]["left_out"] == 1


def test_unmapped_picklist_values_are_told_with_count_and_money(write, read):
    write(
        "o.csv",
        "Opportunity ID,Account ID,Stage,Type,Amount,Created Date\n1,A,S1,Migration,100,2026-01-01\n"
        "2,A,S1,Migration,50,2026-01-01\n3,A,S1,New Business,7,2026-01-01\n",
    )
    loaded = read("exports:\n  - {file: o.csv, kind: salesforce, table: opportunities}\n")
    assert loaded.tables["opportunities"]["type"].isna().tolist() == [True, True, False]
    (one,) = loaded.observations
    assert (one.rows, one.arr, one.example) == (2, 150.0, "line 2")
    assert "'Type' = 'Migration' in o.csv has no meaning yet" in one.finding
    mapped = read(
        "exports:\n  - {file: o.csv, kind: salesforce, table: opportunities, values: {type: {Migration: expansion}}}\n"
    )
    assert mapped.tables["opportunities"]["type"].tolist() == ["expansion", "expansion", "new"]


def test_a_forecast_call_without_a_known_category_is_set_aside(write, read):
    write(
        "r.csv",
        "Account ID,Renewal Date,Called On,Call,Forecast ARR\n"
        "A,2026-01-01,2025-10-01,Commit,10\nA,2026-01-01,2025-10-08,Maybe,10\n",
    )
    loaded = read("exports:\n  - {file: r.csv, kind: salesforce, table: forecast_calls}\n")
    assert loaded.tables["forecast_calls"]["category"].tolist() == ["commit"]
    assert aside(loaded) == [[3, "Call", "Maybe", "category has a value without a meaning"]]
    assert loaded.observations[0].weight == "high"


def test_an_activity_of_unknown_kind_is_other_and_told(write, read):
    write("t.csv", "Activity ID,Account ID,Date,Activity Type\n1,A,2026-01-01,Call\n2,A,2026-01-01,Webinar\n")
    loaded = read("exports:\n  - {file: t.csv, kind: salesforce, table: activities}\n")
    assert loaded.tables["activities"]["kind"].tolist() == ["call", "other"]
    assert "taken as other" in told(loaded)[0]


def test_an_unreadable_value_that_is_not_needed_is_left_blank_and_told(write, read):
    write("a.csv", "Account ID,Account Name,Created Date\n1,A,2026-01-01\n2,B,long ago\n")
    loaded = read("exports:\n  - {file: a.csv, kind: salesforce, table: accounts}\n")
    assert loaded.tables["accounts"]["created_date"].isna().tolist() == [False, True]
    assert "1 value of 'Created Date' in a.csv can't be read as date: left blank" in told(loaded)[0]
    assert loaded.observations[0].example == "line 3: 'long ago'"


def test_missing_columns_are_all_named_with_headers_and_lines_to_add(write, read):
    write("c.csv", "Number,Akkount ID,Von,Bis\n1,A,2026-01-01,2026-12-31\n")
    with pytest.raises(SourceError) as error:
        read(
            "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions, columns: {account_id: Account ID}}\n"
        )
    said = str(error.value)
    assert "no column 'Account ID' (mapped to account_id). Did you mean 'Akkount ID'?" in said
    assert "no column for subscription_id, account_id, start_date, arr. Add to its entry" in said
    for name in ("subscription_id", "start_date", "arr"):
        assert f"\n          {name}: <header>" in said
    assert "arr: <header>   # or mrr, total_value, price" in said
    assert "Its headers are: Number, Akkount ID, Von, Bis." in said
    assert "months:" not in said


def test_what_is_wrong_with_several_exports_is_said_at_once(write, read):
    write("b.csv", "")
    with pytest.raises(SourceError) as error:
        read("exports:\n  accounts: {file: a.csv, kind: table}\n  contacts: {file: b.csv, kind: table}\n")
    said = str(error.value)
    assert said.startswith("2 things stop the load:")
    assert "1. a.csv: there is no such file" in said
    assert "2. b.csv is empty" in said


def test_an_export_without_records_is_refused_unless_it_may_be_empty(write, read):
    write("a.csv", "Account ID,Account Name\n")
    with pytest.raises(SourceError, match=r"a.csv holds a header \(line 1\) and no record"):
        read("exports:\n  accounts: {file: a.csv, kind: salesforce}\n")
    loaded = read("exports:\n  accounts: {file: a.csv, kind: salesforce, may_be_empty: true}\n")
    assert len(loaded.tables["accounts"]) == 0


def test_doubled_headers_are_told_where_they_differ_and_can_be_chosen(write, read):
    write("a.csv", "Account ID,Owner,Industry,Owner,Industry\n1,Ana,Retail,Bo,\n")
    loaded = read(
        "exports:\n  accounts: {file: a.csv, kind: table, "
        "columns: {account_id: Account ID, csm: Owner, industry: Industry}}\n"
    )
    assert loaded.tables["accounts"]["csm"].tolist() == ["Ana"]
    assert told(loaded) == ["the header 'Owner' stands 2 times in a.csv: the first is read"]
    second = read(
        "exports:\n  accounts: {file: a.csv, kind: table, columns: {account_id: Account ID, csm: 'Owner#2'}}\n"
    )
    assert second.tables["accounts"]["csm"].tolist() == ["Bo"]


def test_names_of_two_columns_are_joined_and_columns_ride_along_by_kind(write, read):
    write(
        "k.csv",
        "Contact ID,Account ID,First Name,Last Name,Score,Seen On\n1,A,Null,Adeyemi,7.5,2026-01-02\n2,A,,None,,\n",
    )
    frame = read(
        """
        exports:
          - file: k.csv
            kind: salesforce
            table: contacts
            keep: {score: {header: Score, kind: number}, seen_date: {header: Seen On, kind: date}}
            constant: {title: Unknown}
        """
    ).tables["contacts"]
    assert frame["name"].tolist() == ["Null Adeyemi", "None"]
    assert frame["score"].tolist()[0] == 7.5
    assert frame["seen_date"].tolist()[0] == pd.Timestamp("2026-01-02")
    assert frame["title"].tolist() == ["Unknown", "Unknown"]


def test_a_contact_has_a_role_and_the_day_it_left(write, read):
    write(
        "k.csv",
        "Contact ID,Account ID,Contact Role,Left Company On\n1,A,Champion,2026-01-02\n2,A,,\n",
    )
    entry = (
        "exports:\n  - {file: k.csv, kind: salesforce, table: contacts, PART: {left_date: Left Company On}}\n"
    )
    frame = read(entry.replace("PART", "columns")).tables["contacts"]
    assert frame["role"].tolist()[0] == "Champion"
    assert frame["role"].isna().tolist() == [False, True]
    assert frame["left_date"].tolist()[0] == pd.Timestamp("2026-01-02")
    with pytest.raises(ConfigError, match="left_date is a column of contacts: name it under `columns:`"):
        read(entry.replace("PART", "keep"))


def test_co_termed_links_stay_joined_and_forward_links_are_turned_round(write, read):
    write(
        "c.csv",
        f"{HEADER},Replaces Contract\n1,A,2025-01-01,,10,\n2,A,2025-01-01,,10,\n3,A,2026-01-01,,30,1; 2\n",
    )
    assert read(CONTRACTS).tables["subscriptions"]["replaces"].tolist()[2] == "1;2"
    write("c.csv", f"{HEADER},Next\n1,A,2025-01-01,,10,3\n2,A,2025-01-01,,10,3\n3,A,2026-01-01,,30,\n")
    frame = read(
        "exports:\n  - {file: c.csv, kind: salesforce, table: subscriptions, columns: {replaced_by: Next}}\n"
    ).tables["subscriptions"]
    assert frame["replaces"].tolist()[2] == "1;2"
    assert "replaced_by" not in frame


def test_arr_from_monthly_value_total_value_and_term(write, read):
    write(
        "c.csv",
        "Id,Account,Start,Months,Monthly,Total\n1,A,2026-01-01,12,10000,\n2,A,2026-01-01,12,,30000\n3,A,2026-03-01,6,,30000\n4,A,2026-01-01,36,,36000\n",
    )
    frame = read(
        """
        exports:
          - file: c.csv
            kind: table
            table: subscriptions
            columns: {subscription_id: Id, account_id: Account, start_date: Start, term_months: Months,
            mrr: Monthly, total_value: Total}
        """
    ).tables["subscriptions"]
    assert frame["arr"].tolist() == [120_000.0, 30_000.0, 60_000.0, 12_000.0]
    assert frame["end_date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2026-12-31",
        "2026-12-31",
        "2026-08-31",
        "2028-12-31",
    ]


def test_the_year_9999_means_open_ended(write, read):
    write("c.csv", f"{HEADER}\n1,A,2026-01-01,9999-12-31,10\n2,A,2026-01-01,2026-12-31,10\n")
    loaded = read(CONTRACTS)
    assert loaded.tables["subscriptions"]["end_date"].isna().tolist() == [True, False]
    assert any("taken as open-ended" in note for note in loaded.notes)


def test_ids_that_a_spreadsheet_made_decimals_are_whole_again(write, read):
    write("c.csv", f"{HEADER},Replaces Contract\n1,A,2026-01-01,,10,\n2,A,2026-01-01,,10,1.0\n")
    assert read(CONTRACTS).tables["subscriptions"]["replaces"].tolist()[1] == "1"


def test_values_set_aside_cannot_become_formulas(write, read):
    write("c.csv", f'{HEADER}\n1,A,"=HYPERLINK(""http://x"")",,10\n')
    assert aside(read(CONTRACTS))[0][2] == '\'=HYPERLINK("http://x")'


def test_edits_of_the_amount_are_no_stage_entries(write, read):
    write(
        "h.csv",
        "Opportunity ID,From Stage,To Stage,Last Modified\n1,,S1,1/31/2026\n1,S1,S1,2/1/2026\n1,S1,S2,2/2/2026\n",
    )
    loaded = read("exports:\n  - {file: h.csv, kind: salesforce, table: stage_history}\n")
    assert loaded.tables["stage_history"]["stage"].tolist() == ["S1", "S2"]
    assert loaded.sources[0]["left_out"] == 1


def test_targets_in_per_cent_are_fractions(write, read):
    write("t.csv", 'Period;Metric;Target\n2026-Q4;NRR;"103%"\n2026-Q4;GRR;"0,95"\n')
    frame = read("exports:\n  - {file: t.csv, kind: table, table: targets}\n").tables["targets"]
    assert frame["target"].tolist() == [1.03, 0.95]


def test_a_blank_won_flag_follows_from_the_stage(write, read):
    write(
        "o.csv",
        "Opportunity ID,Account ID,Stage,Closed,Won,Created Date\n1,A,Closed Won,1,1,2026-01-01\n"
        "2,A,Closed Lost,,,2026-01-01\n"
        "3,A,S1,,,2026-01-01\n",
    )
    frame = read("exports:\n  - {file: o.csv, kind: salesforce, table: opportunities}\n").tables[
        "opportunities"
    ]
    assert frame["is_won"].tolist() == [True, False, False]
    assert frame["is_closed"].tolist() == [True, True, False]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3", "", "x y"]),
            st.sampled_from(["A", "B", "", "#N/A"]),
            st.sampled_from(["2026-01-01", "2026-06-30", "", "soon", "2025-13-01"]),
            st.sampled_from(["2026-03-31", "2027-12-31", "", "never"]),
            st.sampled_from(["100", "0", "-5", "", "(7.50)", "USD 1,000.00", "lots"]),
        ),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_rows_are_they_are_kept_or_set_aside(write, read, rows):
    lines = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    write("c.csv", f"{HEADER}\n{lines}\n")
    loaded = read(CONTRACTS)
    adds_up(loaded)
    assert loaded.sources[0]["rows_read"] == sum(1 for row in rows if any(row))  # a blank line is no record
    assert sorted([*loaded.set_aside["line"]]) == sorted(set(loaded.set_aside["line"]))
    kept = loaded.tables["subscriptions"]
    assert not kept["subscription_id"].duplicated().any()
    assert (kept["arr"] >= 0).all()
    assert not (kept["end_date"] < kept["start_date"]).any()


def test_account_history_tells_who_had_an_account_before(write, read):
    header = "Account ID,Account Name,Edited By,Field / Event,Old Value,New Value,Edit Date"
    write(
        "h.csv",
        f"{header}\n0014000000LmabcAAB,Alpha,Admin,Customer Success Manager,Ana,Bo,6/1/2026 9:30 AM\n"
        "0014000000LmabcAAB,Alpha,Admin,Segment,SMB,Enterprise,6/14/2026 9:30 AM\n",
    )
    write("c.csv", f"{HEADER}\nc1,0014000000Lmabc,2026-01-01,2026-12-31,1200\n")
    loaded = read(
        CONTRACTS + "  - {file: h.csv, kind: salesforce, table: owners, date_format: mm/dd/yyyy,\n"
        "     where: {Field / Event: Customer Success Manager}}\n"
    )
    row = loaded.tables["owners"].iloc[0]
    assert (len(loaded.tables["owners"]), row["csm"], row["former"]) == (1, "Bo", "Ana")
    assert row["from_date"] == pd.Timestamp("2026-06-01")
    assert row["account_id"] == loaded.tables["subscriptions"]["account_id"].iloc[0]


BILLING = """
exports:
  - file: c.csv
    kind: table
    table: subscriptions
    cents: true
    columns: {subscription_id: id, account_id: customer, end_date: ended_at, price: amount, product: plan}
"""


def test_a_billing_export_of_unit_prices_in_cents_at_unix_times(write, read):
    """10 seats of 50.00 a month are 6,000 a year; 2 of 6,000.00 a year 12,000; 3 of 10.50 a quarter 126."""
    write(
        "c.csv",
        """
        id,customer,plan,amount,interval,quantity,start_date,ended_at
        s1,A,team,5000,month,10,1736467200,
        s2,B,ent,600000,Yearly,2,1748736000,1780272000
        s3,C,odd,1050,quarter,3,1748736000000,
        s4,D,solo,120000,annual,,1748800800,
        """,
    )
    rows = read(BILLING + "time_zone: America/New_York\n").tables["subscriptions"]
    assert rows["arr"].tolist() == [6000.0, 12000.0, 126.0, 1200.0]
    # 1 June 2025, 00:00 UTC is a day written as a moment; 18:00 UTC is 14:00 in New York
    starts = ["2025-01-10", "2025-06-01", "2025-06-01", "2025-06-01"]
    assert rows["start_date"].dt.strftime("%Y-%m-%d").tolist() == starts
    assert rows["end_date"].dt.strftime("%Y-%m-%d").tolist()[1] == "2026-06-01"
    assert "interval" not in rows


def test_a_price_without_its_interval_is_asked_for(write, read):
    write("c.csv", "id,customer,plan,amount,start_date,ended_at\ns1,A,team,5000,2026-01-01,\n")
    with pytest.raises(SourceError, match="no column for interval"):
        read(BILLING)
    constant = BILLING.replace("cents: true", "constant: {interval: year}")
    assert read(constant).tables["subscriptions"]["arr"].tolist() == [5000.0]


def test_contracts_from_a_first_to_a_first_are_told_and_end_the_day_before_where_so_said(write, read):
    write(
        "c.csv",
        f"{HEADER}\n1,A,2025-07-01,2026-07-01,1200\n2,A,2026-07-01,2027-07-01,1200\n3,B,2026-01-31,,7\n",
    )
    assert "2 of 2 contracts in c.csv end on the day of the month they begin on" in told(read(CONTRACTS))[0]
    loaded = read(CONTRACTS.replace("table:", "end_date: exclusive, table:"))
    ends = loaded.tables["subscriptions"]["end_date"].dt.strftime("%Y-%m-%d").tolist()
    assert ends[:2] == ["2026-06-30", "2027-06-30"]
    assert told(loaded) == []
    write("c.csv", f"{HEADER}\n1,A,2025-07-01,2026-06-30,1200\n2,A,2026-07-15,2027-07-14,1200\n")
    assert told(read(CONTRACTS)) == []


def test_a_cell_of_dashes_holds_nothing(write, read):
    write(
        "c.csv",
        "Contract ID,Account ID,Contract Start Date,Contract End Date,ARR,Currency\n1,A,2026-01-01,--,1200,-\n",
    )
    loaded = read(CONTRACTS)
    (row,) = loaded.tables["subscriptions"].to_dict("records")
    assert (pd.isna(row["end_date"]), row["currency"], row["arr"]) == (True, "USD", 1200.0)


def test_columns_that_happen_to_be_called_month_or_price_take_no_part(write, read):
    write(
        "c.csv",
        f"{HEADER},Month,Price,Quantity,Interval\n1,A,2026-01-01,2026-12-31,1200,Q1,on request,-,never\n",
    )
    loaded = read(CONTRACTS)
    assert loaded.tables["subscriptions"]["arr"].tolist() == [1200.0]
    assert (len(loaded.set_aside), told(loaded)) == (0, [])


def test_an_exclusive_end_is_not_asked_of_contracts_with_a_term(write, read):
    write("c.csv", "id,account_id,start_date,term_months,arr\n1,A,2026-01-01,12,1200\n")
    exclusive = "end_date: exclusive, columns: {subscription_id: id}"
    workbench = f"exports:\n  - {{file: c.csv, kind: table, table: subscriptions, {exclusive}}}\n"
    ends = read(workbench).tables["subscriptions"]["end_date"]
    assert ends.dt.strftime("%Y-%m-%d").tolist() == ["2026-12-31"]
