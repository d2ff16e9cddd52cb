import Clinical

/// What senders write for units, by UCUM codes.
///
/// A text that is already valid UCUM is returned as it is, unless senders mean something else by it. The rule for
/// those: a reading that no laboratory can mean gives way to the one it does mean; where two remain, there is no
/// answer.
///
/// | valid UCUM | reads there as | decided |
/// |---|---|---|
/// | `K/uL` `K/mm3` | kelvin | thousand: `10*3/uL`; other `K/…` stay |
/// | `109/L` `1012/L` `103/uL` `106/uL` | the plain number | a power whose superscript was lost: `10*9/L` … |
/// | `G` `G/L` `G/l` | gauss | nil: gram, or 10^9 |
/// | `T/L` | tesla | `10*12/L` |
/// | `MG` `Mg` `PG` `Pg` `Mmol` `ML` `Pmol` … | mega, peta | milli, pico: no sample has a megagram or megamole |
/// | `MU` `MV` `MA` `Ms` `Mm` | mega | nil: may be milli; `MU/mol` stays, `MU/ML` (all capitals) is `mU/mL` |
/// | `u` `u/L` `mu/L` `ku/L` | atomic mass unit | enzyme unit: `U`, `mU`, `kU` |
/// | `AU/mL` | astronomic unit | `[arb'U]/mL`; without volume nil |
/// | `EU/dL` | exa-unit | Ehrlich units `[EU]/dL`; otherwise (endotoxin) nil |
/// | `pH` `ph` `PH` | picohenry, phot, petahenry | `[pH]` |
/// | `S` `MS` alone | siemens | `s`, `ms` |
/// | `C` `F` alone | coulomb, farad | `Cel`, `[degF]` |
/// | `H` in a denominator | henry | `h` |
/// | `ft` | femtotonne | `[ft_i]` |
/// | `N/A` | newton per ampere | nil |
/// | `mL/min/1.73.m2` | 1 × 73 m2 | `mL/min/{1.73_m2}`; other decimals nil |
/// | `L/min.m2` | (L/min) × m2 | nil: people mean `L/(min.m2)` |
/// | `g/cm-2` | g × cm2 | nil |
///
/// `m` stays the metre, also in `m/uL`, and `A`, `K`, `N`, `P`, `R`, `T` alone what they are: misread, they fit no
/// item's unit and do no harm. Of what is no valid UCUM, these are nil: `M` alone (molar, million), `MIU/L` (mega,
/// milli), `DDU` (half an FEU), `MPA`, `D`, `10-9/L`, `billion/L`. Ask this after the registry's own table and before
/// taking a text for UCUM, or the table above is lost.
public enum UnitSpelling {
  /// The UCUM code of a sender's text; nil when it is not known or may mean two things.
  public static func normalise(_ text: String) -> String? {
    guard text.utf8.count <= UCUMParser.maximumLength else { return nil }
    return known.value(for: text) { read(text) }
  }

  private static let known = Memo<String, String?>()

  private static func read(_ text: String) -> String? {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty, !hasBareMicroSign(trimmed), let folded = UnitTextFolding.fold(trimmed) else { return nil }
    let plain = writeSurface(unparenthesise(writePowers(folded)))
    let whole = wholes[plain] ?? wholesInAnyCase[plain.lowercased()]
    guard !ambiguous.contains(plain), let meant = whole ?? UnitSpellingReader(plain).read(),
      let unit = try? UCUM.unit(meant)
    else { return nil }
    if let asSent = try? UCUM.unit(trimmed), asSent == unit { return trimmed }
    return meant
  }

  /// A micro sign that is no prefix is a micron, which folding would make a `u`.
  private static func hasBareMicroSign(_ text: String) -> Bool {
    let characters = Array(text.unicodeScalars.filter { !$0.isBlank })
    return characters.indices.contains { index in
      guard characters[index] == "\u{B5}" || characters[index] == "\u{3BC}" else { return false }
      let next = index + 1 < characters.count ? characters[index + 1] : "/"
      return !(next.properties.isAlphabetic || next == "[" || next == "ℓ")
    }
  }

  /// `m^2` as `m2`, `min*kg` as `min.kg`; what stands behind a digit, as in `10^9`, is left.
  private static func writePowers(_ text: String) -> String {
    var result = ""
    for character in text {
      if let last = result.last, last.isLetter {
        if character == "^" { continue }
        if character == "*" {
          result.append(".")
          continue
        }
      }
      result.append(character)
    }
    return result
  }

  /// `10(9)/L` as `10^9/L`; `mg/L(FEU)` and `mg/g.Cr` as `mg/LFEU` and `mg/gCr`.
  private static func unparenthesise(_ text: String) -> String {
    let powers = text.replacing(/^([xX*]?10)\(([0-9]{1,2})\)/) { "\($0.1)^\($0.2)" }
    guard let match = powers.wholeMatch(of: /(.+?)(?:\(([A-Za-z0-9]+)\)|\.([A-Za-z0-9]+))/),
      let inner = match.2 ?? match.3, qualifiers.contains(where: { $0.key == inner.lowercased() })
    else { return powers }
    return String(match.1 + inner)
  }

  /// The standard body surface that filtration rates are related to is an annotation in UCUM.
  private static func writeSurface(_ text: String) -> String {
    guard !text.contains("{"), let start = text.firstRange(of: "1.73")?.lowerBound else { return text }
    var rest = text[start...].dropFirst(4)
    if let first = rest.first, first == "." || first == "*" { rest.removeFirst() }
    if rest.lowercased().hasPrefix("m2") { rest = rest.dropFirst(2) }
    guard rest.isEmpty || rest == ")", let separator = text[..<start].last, "/.(*".contains(separator) else {
      return text
    }
    let front = text[..<start].dropLast()
    if separator == "(" { return front + "({1.73_m2}" + rest }
    return front + (front.contains("(") ? "." : "/") + "{1.73_m2}" + rest
  }
}
