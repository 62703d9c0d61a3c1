"""The usual way in SQL: a month spine, one row per customer and month, in DuckDB.

The same lines, the same rules (a renewal up to 30 days late leaves service continuous; what ran out up to 30 days
before the as-of date without a successor still counts), the same tables to the cent. Contracts of one account and
product never lie two renewals deep in the generated data, so ``lead`` finds every successor, as an analyst would
write it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bench.data import AS_OF

SPINE = """
create temp table spine as
with lines as (
    select account_id, cast(start_date as date) as first_day, cast(end_date as date) as last_day,
        cast(round(arr * 100) as bigint) as cents,
        lead(cast(start_date as date)) over (partition by account_id, product order by start_date) as next_day
    from read_parquet('{path}')
),
service as (
    select account_id, cents, first_day, least(date '{as_of}', case
        when next_day > last_day and next_day <= last_day + 31 then next_day - 1
        when next_day is null and last_day < date '{as_of}' and last_day + 30 >= date '{as_of}' then date '{as_of}'
        else last_day end) as last_day
    from lines
    where first_day <= date '{as_of}'
),
spans as (  -- the months at whose close a line counts
    select account_id, cents, year(first_day) * 12 + month(first_day) - 1 as first_month,
        year(last_day + 1) * 12 + month(last_day + 1) - 2 as last_month
    from service
)
select account_id, month, cast(sum(cents) as bigint) as cents
from (select account_id, cents, unnest(range(first_month, last_month + 1)) as month from spans)
group by account_id, month
"""

COHORTS = """
with firsts as (
    select account_id, min(month) as born, arg_min(cents, month) as first_cents from spine group by account_id
)
select born, month - born as age, count(*) as logos, cast(sum(cents) as bigint) as net,
    cast(sum(least(cents, first_cents)) as bigint) as gross
from spine join firsts using (account_id)
group by born, age order by born, age
"""

MOVEMENTS = """
with steps as (
    select account_id, month, cents,
        lag(month) over customer as last_month, lag(cents) over customer as last_cents,
        lead(month) over customer as next_month
    from spine window customer as (partition by account_id order by month)
),
moves as (
    select month,
        case when last_month is null then cents else 0 end as new,
        case when last_month < month - 1 then cents else 0 end as reactivation,
        case when last_month = month - 1 then greatest(cents - last_cents, 0) else 0 end as expansion,
        case when last_month = month - 1 then greatest(last_cents - cents, 0) else 0 end as contraction,
        0 as churn
    from steps
    union all
    select month + 1, 0, 0, 0, 0, cents from steps
    where month < {now} and (next_month is null or next_month > month + 1)
)
select month, cast(sum(new) as bigint) as new, cast(sum(reactivation) as bigint) as reactivation,
    cast(sum(expansion) as bigint) as expansion, cast(sum(contraction) as bigint) as contraction,
    cast(sum(churn) as bigint) as churn
from moves group by month order by month
"""

RETENTION = """
select cast(sum(old.cents) as bigint) as starting_arr, cast(sum(coalesce(new.cents, 0)) as bigint) as retained_net_arr,
    cast(sum(least(old.cents, coalesce(new.cents, 0))) as bigint) as retained_gross_arr,
    count(*) as starting_customers, count(new.cents) as retained_customers
from (select * from spine where month = {now} - 12) old
left join (select * from spine where month = {now}) new using (account_id)
"""


def tables(folder: Path, *, cohorts_only: bool = False) -> dict[str, pd.DataFrame]:
    """Build the spine, then the cohort table of all three measures in one query, the bridge, the retention."""
    import duckdb

    day = pd.Timestamp(AS_OF)
    now = day.year * 12 + day.month - 1
    connection = duckdb.connect()
    connection.execute(SPINE.format(path=folder / "subscriptions.parquet", as_of=AS_OF))
    queries = {"cohorts": COHORTS, "movements": MOVEMENTS, "retention": RETENTION}
    wanted = ["cohorts"] if cohorts_only else list(queries)
    return {name: connection.sql(queries[name].format(now=now)).df() for name in wanted}
