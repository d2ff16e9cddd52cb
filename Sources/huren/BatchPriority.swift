import Foundation
import Glibc

/// A command that nobody in front of a patient waits for takes what processor is left by those that somebody does: an import at full speed,
/// or a report for an auditor, runs beside a service on the same machine.
enum BatchPriority {
  private static let niceness: Int32 = 10

  /// For the process as it is, and all threads it begins. Where the system refuses, nothing is lost but that.
  static func take() {
    // Linux keeps it by thread (setpriority(2), "C library/kernel differences").
    for thread in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? [] {
      if let thread = id_t(thread) { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, niceness) }
    }
  }
}
