/// Which records of a list say the same of their patients. Of those that are linked for it one stands for all: a patient who is sent
/// without a number has a record of each report.
struct EqualRecords {
  /// By the number of what they say, the places of the records that say it.
  let places: [[Int]]
  /// Of each record the number of what it says.
  let number: [Int]

  /// - Parameter apart: records that stand for themselves, for a human spoke of them.
  init(_ records: [PersonRecord], judge: Judge, apart: Set<Int>) {
    var places: [[Int]] = []
    var number = [Int](repeating: 0, count: records.count)
    var numberOfForm: [PersonForm: Int] = [:]
    for place in records.indices {
      let form = PersonForm(records[place])
      let isAlone = apart.contains(place)
      if let known = isAlone ? nil : numberOfForm[form],
        places[known].count > 1 || judge.decide(records[places[known][0]], records[place]).outcome == .link
      {
        number[place] = known
        places[known].append(place)
      } else {
        if !isAlone { numberOfForm[form] = places.count }
        number[place] = places.count
        places.append([place])
      }
    }
    (self.places, self.number) = (places, number)
  }

  /// Every record for itself.
  init(count: Int) {
    places = (0..<count).map { [$0] }
    number = Array(0..<count)
  }
}
