"""Times DuckDB joining and summing the claims of a year, from CSV and from Parquet, and holds its sums against a report of huren.

books_duckdb.py CLAIMS.csv RESULTS.csv REPORT.json TIMES
"""
import json
import os
import statistics
import sys
import time

import duckdb

claims, results, report, times = sys.argv[1:4] + [int(sys.argv[4])]
folder = os.path.dirname(claims)
database = duckdb.connect()

SUMS = """
select institution, count(*) n, sum(fen) gross, sum(case when reversed then fen else 0 end) reversed, sum(consultationFen) consultation
from {} where not own group by institution order by institution"""
# A claim is reversed by a result of the person and item after its acceptance, while the prior was valid.
JOIN = """(select c.*, exists (select 1 from {1} r where r.person = c.person and r.item = c.item
  and r."at" > c.acceptedAt and r."at" <= c.validUntil) as reversed from {0} c)"""


def timed(query, repeat):
    durations = []
    for _ in range(repeat):
        start = time.perf_counter()
        rows = database.execute(query).fetchall()
        durations.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(durations), 1), rows


for name in (claims, results):
    database.execute(f"copy (select * from read_csv('{name}')) to '{name}.parquet' (format parquet)")
answer = {}
answer["joinCSV"], rows = timed(SUMS.format(JOIN.format(f"read_csv('{claims}')", f"read_csv('{results}')")), 1)
parquet = [f"read_parquet('{name}.parquet')" for name in (claims, results)]
answer["joinParquet"], rows = timed(SUMS.format(JOIN.format(*parquet)), times)
joined = os.path.join(folder, "joined.parquet")
database.execute(f"copy (select * from {JOIN.format(*parquet)}) to '{joined}' (format parquet)")
answer["sumsParquet"], _ = timed(SUMS.format(f"read_parquet('{joined}')"), times)
database.execute(f"create table joined as select * from read_parquet('{joined}')")
answer["sumsTable"], _ = timed(SUMS.format("joined"), times)
with open(report) as file:
    told = {row["institution"]: row for row in json.load(file)["rows"]}
own = {key: [row[name] for name in ("claims", "grossFen", "reversedFen", "consultationFen")] for key, row in told.items()}
answer["agrees"] = own == {row[0]: [int(value) for value in row[1:]] for row in rows}
print(json.dumps(answer))
