import ArgumentParser
import Clinical
import Registry
import Savings

extension AuditCommand {
  struct Monitoring: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "动态监测: tests, cost, positive, repeat and recognition rates and large equipment, by institution and month.",
      discussion: """
        The institution is the one that ordered; the month is that of the order. Every whole month is held against limits of three \
        sigma made of the institution's other whole months that are not far out themselves: rates on a p-chart widened by Laney's σz, tests and cost on an XmR chart. \
        A month is out beyond a limit, or as the eighth in a row on one side. With fewer than 8 other months there are no limits.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var derivation: RecomputeOptions
    @Option(help: "Only this institution.")
    var institution: String?
    @Flag(help: "The months as CSV.")
    var csv = false

    func validate() throws { try derivation.validate(period) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditMonitoring(
        period.scope(registry), of: institution, recomputes: derivation.recompute)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: csv ? "rows" : nil, audit.recompute)
    }
  }

  struct Alerts: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Months that are out of their limits, and what became of each: found 发现, warned 预警, handled 处置, answered 反馈.",
      discussion: """
        An alert's id is its institution, measure and month. Each step is an event of the chain with who took it and a note; steps \
        are taken in order.
        """,
      subcommands: [List.self, Warn.self, Handle.self, Answer.self])

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "What the charts find, and what was warned of before.")

      @OptionGroup var store: StoreOptions
      @OptionGroup var period: PeriodOptions
      @Option(help: "Only this institution.")
      var institution: String?
      @Option(
        help: "Only alerts in this state: found, warned, handled or answered.",
        transform: { word in
          if let state = AlertStep(rawValue: word) { return state }
          throw ValidationError("--state is one of found, warned, handled, answered")
        })
      var state: AlertStep?

      func run() throws {
        let registry = try store.open()
        var audit = try registry.auditAlerts(period.scope(registry), of: institution)
        if let state { audit.alerts.removeAll { $0.state != state } }
        if store.format == .json { return try Output.answer(json: audit) }
        Output.answer(audit.text)
      }
    }

    struct Warn: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "预警: the institution was warned. The charts of the period must find the alert.")

      @OptionGroup var store: StoreOptions
      @OptionGroup var period: PeriodOptions
      @OptionGroup var step: AlertStepOptions

      func run() throws {
        let registry = try store.open()
        try step.take(.warned, registry, try period.scope(registry))
      }
    }

    struct Handle: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "处置: the institution did what was to be done.")

      @OptionGroup var store: StoreOptions
      @OptionGroup var step: AlertStepOptions

      func run() throws { try step.take(.handled, store.open()) }
    }

    struct Answer: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "反馈: its answer was taken; this closes the alert.")

      @OptionGroup var store: StoreOptions
      @OptionGroup var step: AlertStepOptions

      func run() throws { try step.take(.answered, store.open()) }
    }
  }
}

/// What a step of an alert takes.
struct AlertStepOptions: ParsableArguments {
  @Argument(help: "The alert's id, as `huren audit alerts list` prints it.")
  var alert: String
  @Option(help: "Who takes the step.")
  var by: String
  @Option(help: "What is to be said of it. The words lie beside the chain, which holds their digest.")
  var note: String

  func take(_ step: AlertStep, _ registry: Registry, _ scope: AuditScope? = nil) throws {
    try registry.takeAlertStep(step, of: alert, by: by, note: note, scope ?? AuditScope(at: registry.now))
    Output.note("\(alert) is \(step.rawValue)")
  }
}
