#pragma once

// Variadic, which Swift cannot call; declared here, for GRDB's module has the header.
extern int sqlite3_config(int option, ...);

/// Before the first connection of a process: SQLite counts no memory, for which it would lock at each of its allocations
/// (SQLITE_CONFIG_MEMSTATUS, sqlite.org/malloc.html).
static inline int sqlite_count_no_memory(void) { return sqlite3_config(9, 0); }
