/// Tells whether links of a table of Latin names join twins: given name and number are seldom both other in two records of one person,
/// no more often than chance brings the two slips together.
struct LatinSlips {
  private var links = 0.0
  private var ofName = 0.0
  private var ofNumber = 0.0
  private var ofBoth = 0.0

  mutating func count(_ levels: RecordComparison) {
    let isNameOther = levels[.givenName] == .differs
    let isNumberOther = levels[.nationalNumber] == .differs
    links += 1
    if isNameOther { ofName += 1 }
    if isNumberOther { ofNumber += 1 }
    if isNameOther, isNumberOther { ofBoth += 1 }
  }

  /// Three standard deviations above what is expected, and never for one or two.
  var showTwins: Bool {
    let expected = links > 0 ? ofName * ofNumber / links : 0
    return ofBoth > expected + 3 * expected.squareRoot() + 2
  }
}
