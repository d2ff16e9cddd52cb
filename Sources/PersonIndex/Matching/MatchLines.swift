import Foundation
import Synchronization

/// The lines of an index by their places, in pieces that never move: what grows is not copied, and what is small takes little, for the
/// system gives a page only when it is first written to. A line stays as it was appended; it may end.
///
/// One thread at a time appends and ends; any number read meanwhile, each the lines up to a count and the ends up to an epoch that it was
/// told when they were there.
final class MatchLines: @unchecked Sendable {
  private static let pieceBits = 16
  private static let pieceSize = 1 << pieceBits
  /// A place is a number of 31 bits.
  private static let mostPieces = 1 << (31 - pieceBits)

  /// Room for as many as there can be, so that neither moves.
  private let pieces: UnsafeMutablePointer<UnsafeMutablePointer<MatchLine>?>
  private let ends: UnsafeMutablePointer<UnsafeMutablePointer<Atomic<UInt32>>?>
  /// Of whoever appends.
  private(set) var count = 0
  /// Of those, how many have ended.
  private(set) var ended = 0

  init() {
    pieces = Self.zeroed(Self.mostPieces)
    ends = Self.zeroed(Self.mostPieces)
  }

  deinit {
    for piece in 0..<(count + Self.pieceSize - 1) >> Self.pieceBits {
      if let lines = pieces[piece] { LargeMemory.deallocate(lines, capacity: Self.pieceSize) }
      free(ends[piece])
    }
    free(pieces)
    free(ends)
  }

  /// Zeros that take no memory until they are written over.
  private static func zeroed<Element: ~Copyable>(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    guard let memory = calloc(capacity, MemoryLayout<Element>.stride) else {
      fatalError("no memory for the person index")
    }
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }

  @inline(__always)
  subscript(place: Int) -> MatchLine {
    pieces[place >> Self.pieceBits].unsafelyUnwrapped[place & (Self.pieceSize - 1)]
  }

  func append(_ line: MatchLine) {
    let piece = count >> Self.pieceBits
    if count & (Self.pieceSize - 1) == 0 {
      precondition(piece < Self.mostPieces, "more lines than the person index can hold")
      pieces[piece] = LargeMemory.allocate(MatchLine.self, capacity: Self.pieceSize)
      ends[piece] = Self.zeroed(Self.pieceSize)
    }
    (pieces[piece].unsafelyUnwrapped + (count & (Self.pieceSize - 1))).initialize(to: line)
    count += 1
  }

  /// Ends a line: from an epoch on it is not there.
  ///
  /// - Parameter epoch: from 1.
  func end(_ place: Int, at epoch: UInt32) {
    ends[place >> Self.pieceBits].unsafelyUnwrapped[place & (Self.pieceSize - 1)].store(epoch, ordering: .relaxed)
    ended += 1
  }

  @inline(__always)
  func hasEnded(_ place: Int, by epoch: UInt32) -> Bool {
    let end = ends[place >> Self.pieceBits].unsafelyUnwrapped[place & (Self.pieceSize - 1)].load(ordering: .relaxed)
    return end != 0 && end <= epoch
  }

  /// Calls `body` with each line that has not ended, and its place.
  @inline(__always)
  func each(_ body: (Int, MatchLine) -> Void) {
    var place = 0
    while place < count {
      let piece = place >> Self.pieceBits
      let end = min(count, (piece + 1) << Self.pieceBits)
      let (lines, ends) = (pieces[piece].unsafelyUnwrapped, ends[piece].unsafelyUnwrapped)
      for offset in 0..<(end - place) where ended == 0 || ends[offset].load(ordering: .relaxed) == 0 {
        body(place + offset, lines[offset])
      }
      place = end
    }
  }
}
