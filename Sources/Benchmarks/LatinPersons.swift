import PersonIndex

/// Tables in Latin letters with families and many slips a record, after the generators of the field (dsgen; Christen and Pudjijono 2009).
/// Every person in them is invented, and so is every name.
struct LatinPersons {
  /// The columns, as the tables of FEBRL have them.
  static let header = [
    "rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
  ]

  /// So many slips every copy has, at most two in one field.
  let modifications: Int
  /// Of a hundred people so many live with others, of their surname.
  let familyShare: Int
  private var generator: SplitMix64
  private let givenNames: [String]
  private let surnames: [String]
  private let streets: [String]
  private let localities: [String]
  private let suburbs: [(name: String, postcode: String, state: String)]

  init(modifications: Int, familyShare: Int, seed: UInt64) {
    self.modifications = modifications
    self.familyShare = familyShare
    var generator = SplitMix64(seed: seed)
    func words(_ count: Int, _ syllables: ClosedRange<Int>, ending: [String] = [""]) -> [String] {
      (0..<count).map { _ in
        Self.word(syllables, &generator) + (ending.randomElement(using: &generator) ?? "")
      }
    }
    givenNames = words(700, 2...3)
    surnames = words(3000, 2...3)
    streets = words(2500, 2...3, ending: [" street", " place", " crescent", " court", " road", " avenue"])
    localities = words(2000, 2...4)
    suburbs = words(1200, 2...4).map { name in
      let postcode = String(Int.random(in: 2000...7999, using: &generator))
      return (name, postcode, ["nsw", "vic", "qld", "wa", "sa", "act", "tas"][Int(postcode.utf8.first ?? 50) - 50])
    }
    self.generator = generator
  }

  /// Rows in no order; a row's `rec_id` is `rec-<person>-org` or `rec-<person>-dup-<n>`.
  ///
  /// - Parameter copies: of a person at most so many besides the first record.
  mutating func make(persons: Int, copies: Int) -> [[String]] {
    var rows: [[String]] = []
    var family: [String] = []
    var children = 0
    for person in 0..<persons {
      var fields = self.person()
      if children > 0 {
        children -= 1
        for place in [1, 2, 3, 4, 5, 6, 7] { fields[place] = family[place] }
        // Of a birth of two; or called after somebody of the family.
        if chance(3) { fields[8] = family[8] } else if chance(2) { fields[0] = family[0] }
      } else if chance(familyShare / 2) {
        children = Int.random(in: 1...3, using: &generator)
      }
      family = fields
      rows.append(["rec-\(person)-org"] + fields)
      for copy in 0..<Int.random(in: 0...copies, using: &generator) {
        rows.append(["rec-\(person)-dup-\(copy)"] + modified(fields))
      }
    }
    return rows.shuffled(using: &generator)
  }

  private mutating func person() -> [String] {
    let suburb = common(suburbs)
    let (year, month, day) = (
      Int.random(in: 1900...1999, using: &generator), Int.random(in: 1...12, using: &generator),
      Int.random(in: 1...28, using: &generator)
    )
    let birth = year * 10000 + month * 100 + day
    let number =
      Int(200 * Double.random(in: 0..<1, using: &generator) * Double.random(in: 0..<1, using: &generator)) + 1
    return [
      chance(2) ? "" : common(givenNames), chance(1) ? "" : common(surnames), chance(4) ? "" : String(number),
      chance(2) ? "" : common(streets), chance(25) ? "" : common(localities), suburb.name, suburb.postcode,
      chance(2) ? "" : suburb.state, chance(3) ? "" : String(birth),
      String(Int.random(in: 1_000_000...9_999_999, using: &generator)),
    ]
  }

  private mutating func modified(_ fields: [String]) -> [String] {
    var result = fields
    var slips = [Int](repeating: 0, count: fields.count)
    var left = modifications
    while left > 0 {
      let place = Int.random(in: fields.indices, using: &generator)
      guard slips[place] < 2, !result[place].isEmpty else { continue }
      slips[place] += 1
      left -= 1
      result[place] = slip(result[place], isNumber: [2, 6, 8, 9].contains(place), of: place, &result)
    }
    return result
  }

  private mutating func slip(_ text: String, isNumber: Bool, of place: Int, _ row: inout [String]) -> String {
    var letters = Array(text)
    let at = Int.random(in: letters.indices, using: &generator)
    let letter = isNumber ? pick("0123456789") : pick("abcdefghijklmnopqrstuvwxyz")
    switch Int.random(in: 0..<100, using: &generator) {
    case 0..<15: letters.insert(letter, at: at)
    case 15..<35 where letters.count > 1: letters.remove(at: at)
    case 35..<60: letters[at] = letter
    case 60..<75 where at + 1 < letters.count: letters.swapAt(at, at + 1)
    case 75..<82: return ""
    // Another's: moved, married, or taken from the wrong line.
    case 82..<88: return person()[place]
    case 88..<92 where place < 2:
      let other = row[1 - place]
      row[1 - place] = text
      return other
    case 88..<94 where text.contains(" "): letters.removeAll { $0 == " " }
    default: letters[at] = letter
    }
    return String(letters)
  }

  /// Some are had by many, most by few.
  private mutating func common<T>(_ values: [T]) -> T {
    let share = Double.random(in: 0..<1, using: &generator)
    return values[Int(Double(values.count) * share * share)]
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  private mutating func pick(_ letters: String) -> Character { letters.randomElement(using: &generator) ?? "0" }

  private static func word(_ syllables: ClosedRange<Int>, _ generator: inout SplitMix64) -> String {
    let onsets = [
      "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "th", "v", "w",
      "",
    ]
    let vowels = ["a", "e", "i", "o", "u", "ai", "ee", "ia", "o", "a"]
    let codas = ["", "", "", "n", "r", "l", "s", "ck", "th", "m", "rd", "ll", "ng", "tt"]
    var word = ""
    for _ in 0..<Int.random(in: syllables, using: &generator) {
      for part in [onsets, vowels, codas] { word += part.randomElement(using: &generator) ?? "" }
    }
    return word
  }
}
