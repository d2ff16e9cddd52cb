import PersonIndex

/// How well records were grouped into people, when the truth is known.
struct PersonFigures: Encodable {
  var records = 0
  var persons = 0
  /// Of pairs put under one code.
  var precision = 1.0
  /// Of pairs that are one person's.
  var recall = 1.0
  var f1 = 1.0
  /// Codes with records of two people.
  var mixed = 0
  /// Recall when a human, never mistaken, has decided every task.
  var recallAfterReview = 1.0
  var reviewsPerThousand = 0.0
  var seconds = 0.0

  /// - Parameter truth: the person each record is of.
  init(_ clusters: PersonClusters, truth: [String], seconds: Double) {
    let groups = truth.indices.map(clusters.group)
    var reviewed = Joined(groups)
    for task in clusters.tasks where truth[task.a] == truth[task.b] { reviewed.join(groups[task.a], groups[task.b]) }
    self.init(groups, after: groups.map { reviewed.root(of: $0) }, truth: truth, seconds: seconds)
    reviewsPerThousand = 1000 * Double(clusters.tasks.count) / Double(max(1, records))
  }

  init(_ groups: [Int], after reviewed: [Int], truth: [String], seconds: Double) {
    records = truth.count
    persons = Set(truth).count
    self.seconds = seconds
    func pairs<Key: Hashable>(_ keys: [Key]) -> Int {
      Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }
    func right(_ groups: [Int]) -> Double { Double(pairs(zip(groups, truth).map { "\($0) \($1)" })) }
    let (found, real) = (Double(pairs(groups)), Double(pairs(truth)))
    if found > 0 { precision = right(groups) / found }
    if real > 0 {
      recall = right(groups) / real
      recallAfterReview = right(reviewed) / real
    }
    f1 = 2 * precision * recall / max(precision + recall, .leastNonzeroMagnitude)
    mixed = Dictionary(zip(groups, truth).map { ($0, Set([$1])) }, uniquingKeysWith: { $0.union($1) })
      .values.count { $0.count > 1 }
  }

  /// Groups joined one after the other.
  private struct Joined {
    private var parent: [Int: Int] = [:]

    init(_ groups: [Int]) { for group in groups { parent[group] = group } }

    func root(of group: Int) -> Int {
      var root = group
      while let next = parent[root], next != root { root = next }
      return root
    }

    mutating func join(_ a: Int, _ b: Int) { parent[root(of: a)] = root(of: b) }
  }
}
