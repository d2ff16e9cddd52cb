import Catalogue
import Clinical

/// The abnormal and critical results for one item that hide others (recognition.md, check 17): an older normal value never hides a
/// newer bad one, and of two values of one moment the better never hides the worse.
struct Alarms {
  private let zone: RegistryZone
  private var newest: Instant?
  /// The worst of each moment.
  private var atTime: [Instant: Flag] = [:]
  /// The worst of each day, and of those known by their day alone: which of one day was first, nobody can say of them.
  private var onDay: [Int: Flag] = [:]
  private var onDayAlone: [Int: Flag] = [:]

  init(zone: RegistryZone) { self.zone = zone }

  var isEmpty: Bool { newest == nil }

  mutating func add(_ candidate: Candidate) {
    guard candidate.flag >= .abnormal, let time = candidate.clinicalTime else { return }
    func note(_ flags: inout [Int: Flag], _ day: Int) { flags[day] = max(flags[day] ?? .unknown, candidate.flag) }
    newest = max(newest ?? time, time)
    atTime[time] = max(atTime[time] ?? .unknown, candidate.flag)
    let day = zone.date(of: time).epochDay
    note(&onDay, day)
    if time.precision == .day { note(&onDayAlone, day) }
  }

  /// Whether one of them is later than a candidate, or not surely earlier and flagged worse.
  func hide(_ candidate: Candidate) -> Bool {
    guard let newest, let time = candidate.clinicalTime else { return false }
    if newest > time { return true }
    let day = zone.date(of: time).epochDay
    let beside = [atTime[time], (time.precision == .day ? onDay : onDayAlone)[day]].compactMap { $0 }.max()
    // What is not known to be abnormal is no better than what is normal.
    return beside.map { $0 > max(candidate.flag, .normal) } ?? false
  }
}
