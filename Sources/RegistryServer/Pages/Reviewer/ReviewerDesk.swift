import Hummingbird
import Registry
import RegistryStore

extension RegistryService {
  /// The reviewer's desk: who is who, and whose a report is.
  func addReviewerDesk(_ router: Router<ServerContext>) {
    page(.reviewerDesk, router) { visit in
      let (open, tasks, disputes) = try await self.waiting { try self.registry.reviews(limit: Self.tasksShown) }
      return ReviewList(visit: visit, open: open, tasks: tasks, disputes: disputes).page
    }
    page(.reviewTask, router) { visit in
      let task = try await self.openTask(visit)
      return TaskPage(visit: visit, task: task).page
    }
    change(.answerTask, router) { visit, form in try await self.answerTask(visit, form) }
    page(.reviewDone, router) { visit in DonePage(visit: visit, acts: try self.registry.personActs()).page }
    change(.undoReview, router) { visit, form in
      guard let event = form["event"] else { throw ServiceError.malformed }
      _ = try await self.registry.submit(.undo(event: event), try self.reason(visit, form))
      return Response.seeOther(Desk.reviewer.path.part("done"))
    }
    change(.settleDispute, router) { visit, form in
      guard let institution = form["institution"], let report = form["report"],
        let answer = form["answer"], ["theirs", "not-theirs"].contains(answer)
      else { throw ServiceError.malformed }
      _ = try await self.registry.submit(
        .settle(institution: institution, report: report, areTheirs: answer == "theirs"), try self.reason(visit, form))
      return Response.seeOther(Desk.reviewer.path)
    }
    page(.reviewPerson, router) { visit in
      let view = try await self.openPerson(visit)
      return ReviewedPersonPage(visit: visit, person: view).page
    }
    change(.splitPerson, router) { visit, form in
      guard let name = form["record"].flatMap({ RecordName($0) }) else { throw ServiceError.malformed }
      _ = try await self.registry.submit(.split(visit.part("person"), [name]), try self.reason(visit, form))
      return Response.seeOther(Desk.reviewer.path.part("done"))
    }
  }

  private static var tasksShown: Int { 500 }

  private func reason(_ visit: Visit, _ form: FormFields) throws -> PersonActReason {
    try PersonActReason(actor: visit.caller.name, words: form["reason"] ?? "")
  }

  /// A task, and that the two people's data were looked at.
  private func openTask(_ visit: Visit) async throws -> PersonReview {
    guard let number = Int64(visit.part("task")),
      let task = try await waiting({ try self.registry.reviews(limit: Self.tasksShown).tasks })
        .first(where: { $0.task == number })
    else { throw ServiceError.noRoute }
    for person in Set(task.sides.map(\.person)).sorted() { try await looked(at: person, visit) }
    return task
  }

  private func openPerson(_ visit: Visit) async throws -> PersonView {
    let view = try registry.person(visit.part("person"))
    try await looked(at: view.code, visit)
    return view
  }

  private func looked(at person: String, _ visit: Visit) async throws {
    var event = AccessEvent(
      .page, by: try askedBy(visit.context, visit.request), institution: nil, purpose: .review, outcome: .answered,
      at: registry.now)
    event.person = person
    try await registry.submit(access: event)
  }

  /// Answers a task; the next one follows, so that a hand stays on the keyboard.
  private func answerTask(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    guard let task = Int64(visit.part("task")), let answer = form["answer"], ["same", "different"].contains(answer)
    else { throw ServiceError.malformed }
    _ = try await registry.submit(.answer(review: task, isSame: answer == "same"), try reason(visit, form))
    let next = try await waiting { try self.registry.reviews(limit: 1).tasks.first }
    return Response.seeOther(next.map { TaskPage.path($0.task) } ?? Desk.reviewer.path)
  }
}
