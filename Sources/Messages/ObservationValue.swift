public import Clinical

/// What every dialect must read the same way of a value, so that a case sent in two dialects becomes one report.
public enum ObservationValue {
  /// A number with or without comparator is a quantity, whatever type the sender gave it; anything else is text.
  public static func kind(of text: String?) -> Observation.ValueKind {
    guard let text else { return .none }
    return NumericText.isPlain(text) || NumericText(text) != nil ? .quantity : .text
  }
}
