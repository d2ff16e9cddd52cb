#pragma once

// Variadic, which Swift cannot call; declared here, for GRDB's module has the header.
extern int sqlite3_config(int option, ...);

/// Before the first connection of a process: SQLite counts no memory, for which it would lock at each of its allocations
/// (SQLITE_CONFIG_MEMSTATUS, sqlite.org/malloc.html).
static inline int sqlite_count_no_memory(void) { return sqlite3_config(9, 0); }

#include <sys/syscall.h>
#include <unistd.h>

/// What the calling thread reads and writes waits for all else that does (ioprio_set(2): class idle), or no longer. Where the disk's
/// scheduler knows no such thing, nothing changes.
static inline void thread_io_idle(int is_idle) { syscall(SYS_ioprio_set, 1, 0, is_idle ? 3 << 13 : 0); }
