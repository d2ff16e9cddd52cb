/// Lines in memory by their places, in pieces that never move: what grows is not copied, and what is small takes little, for the
/// system gives a page only when it is first written to.
final class MatchLines {
  private static let pieceBits = 16
  private static let pieceSize = 1 << pieceBits

  private var pieces: [UnsafeMutablePointer<MatchLine>] = []
  private(set) var count = 0

  deinit { for piece in pieces { LargeMemory.deallocate(piece, capacity: Self.pieceSize) } }

  @inline(__always)
  subscript(place: Int) -> MatchLine {
    get { pieces[place >> Self.pieceBits][place & (Self.pieceSize - 1)] }
    set { pieces[place >> Self.pieceBits][place & (Self.pieceSize - 1)] = newValue }
  }

  func append(_ line: MatchLine) {
    if count & (Self.pieceSize - 1) == 0 {
      pieces.append(LargeMemory.allocate(MatchLine.self, capacity: Self.pieceSize))
    }
    (pieces[count >> Self.pieceBits] + (count & (Self.pieceSize - 1))).initialize(to: line)
    count += 1
  }

  /// Calls `body` with each of the first lines and its place.
  @inline(__always)
  func each(upTo end: Int, _ body: (Int, MatchLine) -> Void) {
    var place = 0
    for piece in pieces {
      for line in UnsafeBufferPointer(start: piece, count: max(0, min(Self.pieceSize, end - place))) {
        body(place, line)
        place += 1
      }
    }
  }
}
