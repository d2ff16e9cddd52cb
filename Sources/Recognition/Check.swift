/// Why a candidate cannot stand in (recognition.md, "Checks"), in the order in which they are made and told.
public enum Check: String, Sendable, CaseIterable, Codable {
  case identityUncertain = "identity-uncertain"
  case consentWithheld = "consent-withheld"
  case notFinal = "not-final"
  case cancelled
  case notPrior = "not-prior"
  case patientTooYoung = "patient-too-young"
  case specimenMismatch = "specimen-mismatch"
  case bodySiteMismatch = "body-site-mismatch"
  case noValue = "no-value"
  case unitNotComparable = "unit-not-comparable"
  case notListed = "not-listed"
  case noQualityCertificate = "no-quality-certificate"
  case outOfWindow = "out-of-window"
  case noWindow = "no-window"
  case criticalValue = "critical-value"
  case imagesUnavailable = "images-unavailable"
  case newerAbnormal = "newer-abnormal"
}
