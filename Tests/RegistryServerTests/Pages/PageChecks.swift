/// What is measured on a page in a browser, as scripts of the test's own: each gives what is wrong, or nothing.
enum PageChecks {
  /// WCAG 2.2, 1.4.3: text against the ground behind it, 4.5 : 1, of large text 3 : 1.
  static let contrast = """
    (() => {
      const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
      const light = ([r, g, b]) => { const f = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
        return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
      const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
      const wrong = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode, e = node.parentElement;
        if (!node.textContent.trim() || e.closest('svg') || !e.checkVisibility()) continue;
        const style = getComputedStyle(e), size = parseFloat(style.fontSize);
        const [a, b] = [light(parse(style.color)), light(ground(e))];
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        const large = size >= 24 || size >= 18.66 && parseInt(style.fontWeight) >= 700;
        if (ratio < (large ? 3 : 4.5)) wrong.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
      }
      return wrong.join('; ');
    })()
    """

  /// WCAG 2.2, 2.5.8: what is pressed is 24 pixels high and wide, or stands within a line of text.
  static let targets = """
    (() => {
      const wrong = [];
      for (const e of document.querySelectorAll('button, input:not([type=hidden]), select, summary, header a')) {
        if (!e.checkVisibility() || e.classList.contains('skip')) continue;
        const box = e.getBoundingClientRect();
        if (box.width < 24 || box.height < 24) wrong.push(`${e.outerHTML.slice(0, 60)}: ${box.width} x ${box.height}`);
      }
      return wrong.join('; ');
    })()
    """
}
