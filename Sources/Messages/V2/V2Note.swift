import Clinical

/// NTE: what is remarked of a result, of an order or of a specimen.
enum V2Note {
  /// The texts of NTE-3, one for each segment that has one.
  static func texts(_ notes: [V2Segment]) -> [String] { notes.compactMap { $0.words(3) } }

  /// Adds remarks to those an observation has; a short one that ends in `HR` is the printed recognition mark 互认标识.
  static func add(_ texts: [String], to observation: inout Observation) {
    for text in texts {
      if observation.recognitionMark == nil, text.hasSuffix("HR"), text.count <= 12 {
        observation.recognitionMark = text
      } else if observation.note?.append("\n" + text) == nil {
        observation.note = text
      }
    }
  }
}
