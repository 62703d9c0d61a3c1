"""A Book to a tidy pandas table. Pure: no file, no plot, no clock.

One package a question; each imports only those above it, and what stands beside them here:

| package | its question |
|---|---|
| retention | where ARR stands, what moved it, what of it stays |
| renewals | what comes due, when, how it ended, what is at risk |
| accuracy | how right the calls were |
| projection | where retention will land, what must close for a target |
| expansion | CSQLs, the pipeline, the pace of bookings |
| engagement | whom the team talks to, what it does each week |
| account | one account: contracts, contacts, calls |
| pay | what the compensation plan pays |
| differences | why two readings of one book differ: by day of reading, by table, by definition |
"""
