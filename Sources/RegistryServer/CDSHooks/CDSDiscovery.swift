import Messages

/// What the services are, and what they ask to be brought (CDS Hooks 2.0, "Discovery").
enum CDSDiscovery {
  /// Needed is only what `context` carries.
  static let json = JSONValue.object([
    .init(
      "services",
      .array(
        CDSHook.allCases.map { hook in
          JSONValue(filled: [
            "hook": .string(hook.rawValue), "title": .string(hook.title), "description": .string(hook.description),
            "id": .string(hook.service),
            "prefetch": JSONValue(filled: ["patient": .string("Patient/{{context.patientId}}")]),
            "usageRequirements": .string(
              "Works without prefetch: the patient is then found by context.patientId, as a local number of the institution that asks."
            ),
          ])
        }))
  ]).json
}
