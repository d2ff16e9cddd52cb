/* How fast SQLite takes index rows at all: one table, one secondary index (person, item, time), a prepared statement,
   WAL with synchronous=FULL, commits of 10 000 rows. What an import of as many results can at best approach.

   cc -O2 sqlite_floor.c -lsqlite3 -o sqlite_floor && ./sqlite_floor DATABASE [ROWS] */

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS_PER_REPORT = 10, ROWS_PER_COMMIT = 10000, ROWS_PER_PERSON = 40, ITEMS = 30 };

static sqlite3 *database;

static void check(int status) {
  if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
  fprintf(stderr, "sqlite_floor: %s\n", sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL)); }

/* SplitMix64: reports come in for persons in no order. */
static uint64_t state = 1;
static uint64_t draw(uint64_t bound) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (z ^ (z >> 31)) % bound;
}

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: sqlite_floor DATABASE [ROWS]\n");
    return 64;
  }
  int64_t rows = count > 2 ? atoll(arguments[2]) : 1000000;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);

  check(sqlite3_open(arguments[1], &database));
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE result (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, item INTEGER NOT NULL,"
      "  time INTEGER NOT NULL, report INTEGER NOT NULL, flag INTEGER NOT NULL) STRICT;"
      "CREATE INDEX result_person ON result (person, item, time);");
  sqlite3_stmt *insert;
  check(sqlite3_prepare_v2(database, "INSERT INTO result (person, item, time, report, flag) VALUES (?, ?, ?, ?, ?)", -1,
                           &insert, NULL));
  uint64_t persons = (uint64_t)rows / ROWS_PER_PERSON + 1;
  uint64_t person = 0, item = 0;
  for (int64_t row = 0; row < rows; row++) {
    if (row % ROWS_PER_COMMIT == 0) run("BEGIN");
    if (row % ROWS_PER_REPORT == 0) {
      person = draw(persons);
      item = draw(ITEMS);
    }
    int64_t report = row / ROWS_PER_REPORT;
    sqlite3_bind_int64(insert, 1, (sqlite3_int64)person);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)((item + row) % ITEMS));
    sqlite3_bind_int64(insert, 3, 1704067200000 + report * 600000);
    sqlite3_bind_int64(insert, 4, report);
    sqlite3_bind_int64(insert, 5, (sqlite3_int64)draw(4));
    check(sqlite3_step(insert));
    check(sqlite3_reset(insert));
    if ((row + 1) % ROWS_PER_COMMIT == 0 || row + 1 == rows) run("COMMIT");
  }
  sqlite3_finalize(insert);
  check(sqlite3_close(database));

  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%lld rows in %.2f s: %.0f rows/s (SQLite %s)\n", (long long)rows, seconds, (double)rows / seconds,
         sqlite3_libversion());
  return 0;
}
