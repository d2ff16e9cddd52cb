/// How the report looks, on screen and on A4. Fills differ in lightness and hatching, so that black and white is enough.
enum ReportStyle {
  /// The hatching that drawings fill with.
  static let patterns = """
    <svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
    <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="5" height="5" fill="#fff"/><rect width="2.2" height="5" fill="#3f7ea6"/></pattern>
    <pattern id="own" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="6" height="6" fill="#fff"/><rect width="0.8" height="6" fill="#aaa"/></pattern></defs></svg>
    """

  static let css = """
    @page { size: A4; margin: 14mm 12mm; }
    * { box-sizing: border-box; }
    body { font: 14px/1.5 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
      color: #111; background: #fff; max-width: 960px; margin: 0 auto; padding: 24px; }
    h1 { font-size: 24px; line-height: 1.3; margin: 0 0 4px; }
    h1 [lang=en] { font-size: 17px; font-weight: 600; }
    h2 { font-size: 18px; line-height: 1.3; margin: 36px 0 10px; padding-bottom: 4px; border-bottom: 2px solid #123a5a;
      break-after: avoid; }
    h2, caption { break-inside: avoid; }
    h2 [lang=en] { font-size: 14px; }
    h2 br, dt br, th br { line-height: 1; }
    header p { margin: 0; color: #333; }
    .cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px; margin: 18px 0 0; }
    .cards div { border: 1px solid #999; padding: 8px 10px; break-inside: avoid; }
    .cards dt { font-size: 12px; color: #333; }
    .cards dd { margin: 2px 0 0; font-size: 18px; font-weight: 700; white-space: nowrap; }
    .cards small { display: block; font-size: 11px; font-weight: 400; color: #333; white-space: normal; }
    figure { margin: 12px 0; break-inside: avoid; }
    figcaption, .note { font-size: 12px; color: #333; margin: 4px 0 8px; }
    svg { display: block; width: 100%; height: auto; }
    .note { break-inside: avoid; }
    .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 14px 18px; }
    .charts div { break-inside: avoid; }
    table { width: 100%; border-collapse: collapse; font-size: 11.5px; line-height: 1.35; margin: 14px 0 6px;
      font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-size: 13px; font-weight: 700; padding: 4px 0; break-after: avoid; }
    caption small { display: block; font-size: 11px; font-weight: 400; color: #333; }
    thead { display: table-header-group; }
    tfoot { display: table-row-group; font-weight: 700; }
    tfoot td { border-top: 1.5px solid #111; }
    tr { break-inside: avoid; }
    tfoot tr { break-before: avoid; } h2 + .note { break-after: avoid; }
    th { text-align: left; vertical-align: bottom; border-bottom: 1.5px solid #111; padding: 3px 5px; }
    td { border-bottom: 1px solid #ccc; padding: 3px 5px; vertical-align: top; overflow-wrap: break-word; }
    .n { text-align: right; }
    td.k { white-space: nowrap; }
    footer { margin-top: 28px; border-top: 1px solid #999; font-size: 11px; color: #333; overflow-wrap: anywhere; }
    .t { font-size: 11px; fill: #111; } .s { font-size: 10px; } .b { font-weight: 700; } .inverse { fill: #fff; }
    .grid { stroke: #ddd; stroke-width: 0.7; } .axis { stroke: #111; stroke-width: 1; }
    .light { fill: #d5e3ec; stroke: #123a5a; stroke-width: 0.8; } .hatched { fill: url(#hatch); stroke: #123a5a; stroke-width: 0.8; }
    .dark { fill: #123a5a; stroke: #123a5a; stroke-width: 0.8; }
    .flow { fill: #123a5a; stroke: #888; stroke-width: 0.5; } .none { fill: none; stroke: #ccc; stroke-width: 0.5; }
    .own { fill: url(#own); } .frame { fill: none; stroke: #111; }
    .series { fill: none; stroke: #555; stroke-width: 1; } .centre { fill: none; stroke: #123a5a; stroke-width: 1.2; }
    .limit { fill: none; stroke: #111; stroke-width: 0.9; stroke-dasharray: 4 3; }
    .dot { fill: #123a5a; stroke: #123a5a; } .hollow { fill: #fff; } .out { fill: #c22a1c; stroke: #111; stroke-width: 1.3; }
    @media screen and (max-width: 640px) {
      body { padding: 12px; }
      .cards { grid-template-columns: 1fr 1fr; }
      .charts { grid-template-columns: 1fr; }
      table { display: block; overflow-x: auto; }
    }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      h2 { margin-top: 14pt; }
      table { font-size: 7.6pt; }
      th, td { padding: 1.5pt 2.5pt; }
      caption { font-size: 9pt; }
      caption small, figcaption, .note, footer { font-size: 7.6pt; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}
