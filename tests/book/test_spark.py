"""The same tables from a real Spark session, in local mode."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest
import workahead as wa
from contracts import contracts, segments

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),  # PySpark 4.3 warns of pandas 3
]

ROWS = (
    ("S1", "A", "2023-01-01", "2023-12-31", 100.0, None, "P"),
    ("S2", "A", "2024-01-15", None, 130.0, None, "P"),
    ("S3", "B", "2023-03-01", "2024-06-30", 60.0, None, "Q"),
    ("S4", "C", "2024-02-01", "2024-12-20", 10.0, None, None),
    ("S5", "C", "2024-03-01", "2025-02-28", 20.0, None, "Q"),
    ("S6", "B", "2024-05-01", "2025-04-30", 75.5, "S3;S9", "Q"),
)
CALLS = [
    ("A", "S1", dt.date(2024, 1, 1), dt.date(2023, 9, 1), "Ana", "commit", 90.0, "yes"),
    ("B", None, dt.date(2024, 7, 1), dt.date(2024, 3, 1), "Bo", "at_risk", 60.0, None),
    ("C", "S5", dt.date(2025, 3, 1), dt.date(2024, 11, 5), None, "best_case", 15.0, None),
]
CALL_SCHEMA = (
    "account_id string, subscription_id string, renewal_date date, called_on date, called_by string, "
    "category string, forecast_arr double, would_renew string"
)


def test_spark_gives_the_tables_that_pandas_gives(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("spark"))
    # of six rows nothing is worth a second compilation, nor threads that collect garbage
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    from workahead.book.engines import spark_session

    session = spark_session()
    session.sparkContext.setLogLevel("ERROR")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    lines, accounts = contracts(*ROWS), segments(A="x", B="y", C="y")
    rows = [
        [v.date() if isinstance(v, pd.Timestamp) else None if pd.isna(v) else v for v in row]
        for row in lines.to_numpy()
    ]
    schema = ", ".join(
        f"{name} {'date' if name.endswith('date') else 'double' if name == 'arr' else 'string'}"
        for name in lines
    )
    calls = pd.DataFrame(CALLS, columns=[name.split()[0] for name in CALL_SCHEMA.split(", ")])
    dates = ["renewal_date", "called_on"]
    calls[dates] = calls[dates].apply(pd.to_datetime)
    reference = wa.Book.from_frames(dt.date(2024, 12, 31), lines, accounts=accounts, forecast_calls=calls)
    spark = wa.Book.from_frames(
        dt.date(2024, 12, 31),
        session.createDataFrame(rows, schema),
        accounts=session.createDataFrame(accounts.to_numpy().tolist(), "account_id string, segment string"),
        forecast_calls=session.createDataFrame(CALLS, CALL_SCHEMA),
    )
    assert spark.engine == "spark"
    for metric in (
        lambda b: wa.arr(b, by="segment"),
        lambda b: wa.movements(b, "2022-12-31", "2024-12-31", freq="year", by="segment"),
        lambda b: wa.movement_detail(b, "2023-12-31", "2024-12-31"),
        lambda b: wa.retention(b),
        lambda b: wa.retention(b, basis="bridge", months=2),
        lambda b: wa.cohorts(b, "quarter", "gross"),
        lambda b: wa.renewal_rate(b, "2023-12-31", "2024-12-31", by="segment"),
        lambda b: wa.renewal_base(b),
        lambda b: wa.forecast_accuracy(b, by=["segment", "called_by"], freq="year"),
        lambda b: wa.renewal_probabilities(wa.known(b, "2024-06-30")),
    ):
        pd.testing.assert_frame_equal(metric(reference), metric(spark))
