import XMLReading

extension MessageSplitter {
  private static let cutOff = (
    FrameProblem.Code.unreadable, "the message is cut off: its end tag is missing; send it again whole"
  )

  /// Whether a start tag begins a message.
  func beginsMessage(_ token: MarkupToken) -> Bool {
    roots.begins(window.bytes(token.local), window.bytes(token.start..<token.end)) { wrappers.namespaces }
  }

  /// Delivers the message that begins with a tag, and moves behind it.
  ///
  /// It ends at its end tag. Where that is missing it ends where another message begins that may not stand within it, at an
  /// XML declaration, at the end tag of an element around it, or with the feed.
  func deliverMessage(_ root: MarkupToken) {
    window.hold(root.start)
    wasCutOff = false
    let prologue = wrappers.prologue
    if root.kind == .emptyTag { return deliverHeld(to: root.end, prologue: prologue) }
    let name = Array(window.bytes(root.local))
    let mayNest = roots.nesting(window.bytes(root.local)) == .withinItself
    // How many elements are open in the message that have the name of one around it.
    var open = [Int](repeating: 0, count: wrappers.count)
    var depth = 1
    var place = root.end
    var shapes = wrappers.shapes
    shapes.insert(name)
    while true {
      place = lexer.passPlainTags(from: place, except: shapes)
      let token = lexer.next(from: place)
      switch token.kind {
      case .startTag, .emptyTag:
        let local = window.bytes(token.local)
        if let nesting = roots.nesting(local) {
          let isSame = areEqual(local, name)
          if nesting == .never || isSame && !mayNest { return deliverCutOff(to: token.start, prologue) }
          if isSame, token.kind == .startTag { depth += 1 }
        }
        if token.kind == .startTag, !wrappers.isEmpty, let index = wrappers.innermost(local) { open[index] += 1 }
      case .endTag:
        let local = window.bytes(token.local)
        if areEqual(local, name) {
          depth -= 1
          if depth == 0 { return deliverHeld(to: token.end, prologue: prologue) }
        } else if !wrappers.isEmpty, let index = wrappers.innermost(local) {
          if open[index] == 0 { return deliverCutOff(to: token.start, prologue) }
          open[index] -= 1
        }
      case .declaration, .endOfFeed: return deliverCutOff(to: token.start, prologue)
      case .comment, .instruction: break
      case .cdata:
        guard let end = lexer.endOfCDATA(from: token.end) else { return deliverRest() }
        place = end
        continue
      case .doctype:
        guard let end = endOfDoctype(token) else { return deliverRest() }
        place = end
        continue
      case .unterminated: return deliverRest()
      }
      place = token.end
    }
  }

  private func deliverCutOff(to end: Int, _ prologue: [UInt8]) {
    wasCutOff = true
    deliverHeld(to: end, prologue: prologue, problem: Self.cutOff)
  }

  // MARK: DOCTYPE

  /// Delivers a DOCTYPE and the element that follows it as one frame that is refused.
  func refuseDoctype(_ token: MarkupToken) {
    let refusal = (FrameProblem.Code.doctypeRefused, "a DOCTYPE is refused: send the message without it")
    guard var place = endOfDoctype(token) else {
      while window.refill(keeping: window.end) {}
      deliverHeld(to: window.end, problem: refusal)
      state = .end
      return
    }
    var name: [UInt8] = []
    var isMessage = false
    var depth = 0
    scan: while true {
      let token = lexer.next(from: place)
      switch token.kind {
      case .startTag, .emptyTag:
        let local = window.bytes(token.local)
        if depth == 0 {
          name = Array(local)
          isMessage = roots.nesting(local) != nil
          place = token.end
          if token.kind == .emptyTag { break scan }
          depth = 1
          continue
        }
        if isMessage, let nesting = roots.nesting(local), nesting == .never { break scan }
        if token.kind == .startTag, areEqual(local, name) { depth += 1 }
      case .endTag:
        // Before its element has begun, it closes one around the DOCTYPE.
        if depth == 0 { break scan }
        if areEqual(window.bytes(token.local), name) { depth -= 1 }
        if depth == 0 {
          place = token.end
          break scan
        }
      case .comment, .instruction: break
      case .doctype:
        // One that does not keep to its rules: nothing behind it is safe to read.
        place = endOfDoctype(token) ?? window.end
        continue
      case .cdata:
        place = lexer.endOfCDATA(from: token.end) ?? window.end
        continue
      case .declaration, .endOfFeed:
        place = token.start
        break scan
      case .unterminated:
        place = token.end
        break scan
      }
      place = token.end
    }
    deliverHeld(to: place, problem: refusal)
  }

  /// Where a DOCTYPE ends, by its own lexical rules (XML 1.0, 2.8): quotes, comments, instructions and the internal subset.
  /// nil when it does not keep to them: then nothing behind it is safe to read.
  private func endOfDoctype(_ token: MarkupToken) -> Int? {
    var place = token.end
    var isSubset = false
    var isDeclaration = true
    while let byte = window.byte(place) {
      switch byte {
      case 0x22, 0x27:
        guard isDeclaration, let close = window.find(byte, from: place + 1) else { return nil }
        place = close
      case 0x5B where isDeclaration && !isSubset:
        isSubset = true
        isDeclaration = false
      case 0x5D where isSubset && !isDeclaration:
        isSubset = false
        isDeclaration = true
      case 0x3E:
        guard isDeclaration else { return nil }
        if !isSubset { return place + 1 }
        isDeclaration = false
      case 0x3C where isSubset:
        if window.has("<!--", at: place) {
          guard let end = window.find("-->", from: place + 4) else { return nil }
          place = end + 2
        } else if window.has("<?", at: place) {
          guard let end = window.find("?>", from: place + 2) else { return nil }
          place = end + 1
        } else if !isDeclaration, window.has("<!", at: place) {
          isDeclaration = true
        } else {
          return nil
        }
      case 0x3C: return nil
      default: break
      }
      place += 1
    }
    return nil
  }
}
