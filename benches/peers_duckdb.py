#!/usr/bin/env python3
"""The peers' six rules in DuckDB: peers_duckdb.py LOG [THREADS]

Prints what each rule came to and how many seconds that took, reading included. Needs `pip install duckdb` (2.0 or later).
"""
import pathlib
import sys
import time

import duckdb

log, threads = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
start = time.perf_counter()
connection = duckdb.connect(config={"threads": threads})
text = pathlib.Path(__file__).with_name("peers.sql").read_text().replace("$log", "'" + log.replace("'", "''") + "'")
for statement in connection.extract_statements(text):
    connection.execute(statement)
for rule, firings, checksum in connection.fetchall():
    print(f"{rule:<5} {firings:>8} {checksum}")
print(f"{time.perf_counter() - start:.2f} s on {threads} threads")
