import Foundation

/// The functions behind UCUM's special units: scales that are not proportional to a proper unit (UCUM §§21, 22).
enum SpecialScale: String, Hashable, Sendable {
  case celsius, fahrenheit, reaumur
  case pH, ln, lg, lgTimes2, ld
  case tanTimes100
  case hpX, hpC, hpM, hpQ
  case sqrt

  /// What is added to a reading to count from absolute zero, in hundredths of its degree; nil for what is no mere
  /// shift.
  var offsetInHundredths: Int128? {
    switch self {
    case .celsius: 273_15
    case .fahrenheit: 459_67
    case .reaumur: 218_52
    default: nil
    }
  }

  /// From a reading on this scale to a number of its proper unit.
  func proper(_ reading: Double) -> Double {
    switch self {
    case .celsius, .fahrenheit, .reaumur: reading + offset
    case .pH, .hpX: pow(10, -reading)
    case .ln: exp(reading)
    case .lg: pow(10, reading)
    case .lgTimes2: pow(10, reading / 2)
    case .ld: exp2(reading)
    case .tanTimes100: atan(reading / 100)
    case .hpC: pow(100, -reading)
    case .hpM: pow(1000, -reading)
    case .hpQ: pow(50000, -reading)
    case .sqrt: reading * reading
    }
  }

  /// From a number of the proper unit to a reading on this scale; NaN where there is none.
  func reading(_ proper: Double) -> Double {
    switch self {
    case .celsius, .fahrenheit, .reaumur: proper - offset
    case .pH, .hpX: -log10(proper)
    case .ln: log(proper)
    case .lg: log10(proper)
    case .lgTimes2: 2 * log10(proper)
    case .ld: log2(proper)
    case .tanTimes100: 100 * tan(proper)
    case .hpC: -log10(proper) / 2
    case .hpM: -log10(proper) / 3
    case .hpQ: -log(proper) / log(50000)
    case .sqrt: proper.squareRoot()
    }
  }

  private var offset: Double { offsetInHundredths.map { Double($0) / 100 } ?? 0 }
}
