import Catalogue

/// The sums of one group of lines, as plain numbers: it is added to a million times a report.
struct BookSums {
  fileprivate var prompts = 0
  fileprivate var accepted = 0
  fileprivate var patientTold = 0
  fileprivate var claims = 0
  fileprivate var grossFen = 0
  fileprivate var consultationFen = 0
  fileprivate var unknownPrice = 0
  fileprivate var pendingFen = 0
  fileprivate var reversed = 0
  fileprivate var reversedFen = 0
  fileprivate var deferred = 0
  fileprivate var sharedFen = 0
  fileprivate var fundFen = 0
  fileprivate var hospitalFen = 0
  fileprivate var notComputed = 0
  fileprivate var ownPrompts = 0
  fileprivate var ownAccepted = 0
  fileprivate var ownGrossFen = 0
  /// Declines by reason, in the order of `RetestReason.allCases`.
  fileprivate var declines: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

  /// Counts a prompt and what was answered.
  @inline(__always)
  mutating func addPrompt(_ bits: BookBits, declineReason: Int64) {
    if bits.contains(.sameInstitution) {
      ownPrompts += 1
      ownAccepted += bits.contains(.accepted) ? 1 : 0
      return
    }
    prompts += 1
    if bits.contains(.accepted) {
      accepted += 1
    } else if bits.contains(.declined) {
      patientTold += bits.contains(.patientTold) ? 1 : 0
      switch declineReason {
      case 1: declines.0 += 1
      case 2: declines.1 += 1
      case 3: declines.2 += 1
      case 4: declines.3 += 1
      case 5: declines.4 += 1
      case 6: declines.5 += 1
      case 98: declines.6 += 1
      default: declines.7 += 1
      }
    }
  }

  /// Books a claim.
  @inline(__always)
  mutating func addClaim(_ bits: BookBits, amount: Int, consultation: Int, fund: Int, hospital: Int) {
    if bits.contains(.sameInstitution) {
      ownGrossFen.add(amount)
      return
    }
    claims += 1
    grossFen.add(amount)
    consultationFen.add(consultation)
    unknownPrice += bits.contains(.priced) ? 0 : 1
    if bits.contains(.reversed) {
      reversed += 1
      reversedFen.add(amount)
      return
    }
    pendingFen.add(bits.contains(.pending) ? amount : 0)
    deferred += bits.contains(.deferred) ? 1 : 0
    if bits.contains(.shared) {
      sharedFen.add(amount)
      fundFen.add(fund)
      hospitalFen.add(hospital)
    } else {
      notComputed += 1
    }
  }
}

extension SavingsFigures {
  /// Adds a group's sums.
  mutating func add(_ sums: BookSums) {
    responses.add(sums)
    claims += sums.claims
    grossFen.add(sums.grossFen)
    verifiedFen.add(sums.grossFen.minus(sums.reversedFen).minus(sums.pendingFen))
    pendingFen.add(sums.pendingFen)
    reversedFen.add(sums.reversedFen)
    reversed += sums.reversed
    deferred += sums.deferred
    unknownPrice += sums.unknownPrice
    consultationFen.add(sums.consultationFen)
    split.fundFen.add(sums.fundFen)
    split.hospitalFen.add(sums.hospitalFen)
    split.patientFen.add(sums.sharedFen.minus(sums.fundFen).minus(sums.hospitalFen))
    split.notComputed += sums.notComputed
    sameInstitution.prompts += sums.ownPrompts
    sameInstitution.accepted += sums.ownAccepted
    sameInstitution.grossFen.add(sums.ownGrossFen)
  }
}

extension PromptFigures {
  fileprivate mutating func add(_ sums: BookSums) {
    let numbers = sums.declines
    let byReason = [numbers.0, numbers.1, numbers.2, numbers.3, numbers.4, numbers.5, numbers.6, numbers.7]
    prompts += sums.prompts
    accepted += sums.accepted
    patientTold += sums.patientTold
    for (reason, count) in zip(RetestReason.allCases, byReason) where count > 0 {
      reasons[String(reason.rawValue), default: 0] += count
      if reason.isRefusal { declined += count } else { notRefusals += count }
    }
    noResponse += sums.prompts - sums.accepted - byReason.reduce(0, +)
  }
}
