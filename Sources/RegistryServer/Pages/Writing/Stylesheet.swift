/// How all pages look. Colours of text are at least 4.5 : 1 on their ground, those of edges and marks 3 : 1 (WCAG 2.2 AA); nothing is told
/// by colour alone.
enum Stylesheet {
  static let text = """
    *, *::before, *::after { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; font: 16px/1.5 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
      "Microsoft YaHei", system-ui, sans-serif; color: #16202a; background: #f4f6f8; overflow-wrap: anywhere; }
    main { max-width: 64rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
    main:focus { outline: none; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 1rem; }
    h2 { font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 .6rem; }
    h3 { font-size: 1rem; margin: 0 0 .3rem; }
    p { margin: .4rem 0; }
    a { color: #0b4f8a; }
    :focus-visible { outline: 3px solid #0b4f8a; outline-offset: 2px; }
    .skip { position: absolute; left: -100rem; top: 0; background: #fff; color: #0b4f8a; padding: .75rem 1rem; z-index: 1; }
    .skip:focus { left: 0; }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .5rem 1rem; background: #0b2f4e;
      color: #fff; }
    header a, header button.plain { color: #fff; min-height: 44px; display: inline-flex; align-items: center; }
    header :focus-visible { outline-color: #fff; }
    .brand { font-weight: 700; text-decoration: none; font-size: 1.1rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; list-style: none; margin: 0; padding: 0; }
    nav a[aria-current] { font-weight: 700; text-decoration: none; border-bottom: 3px solid #fff; }
    .who { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .75rem; margin-left: auto; font-size: .9rem; }
    .language { margin-left: .25rem; }
    .card { background: #fff; border: 1px solid #8494a3; border-radius: 6px; padding: 1rem; margin: 0 0 1rem; }
    .card > :last-child, .card > :first-child { margin-top: 0; }
    .yes { border-left: 8px solid #0a6b2d; } .part { border-left: 8px solid #8a5300; } .no { border-left: 8px solid #5b6873; }
    .badge { display: inline-block; font-weight: 700; padding: .05rem .5rem; border-radius: 4px; color: #fff; background: #4a5661;
      white-space: nowrap; }
    .yes .badge, .badge.good { background: #0a6b2d; } .part .badge { background: #8a5300; }
    .badge.bad { background: #a3001b; } .badge.warn { background: #8a5300; }
    .abnormal { color: #8a3d00; font-weight: 700; } .critical { color: #a3001b; font-weight: 700; }
    .muted, .hint { color: #47535e; font-size: .9rem; }
    .hint { display: block; }
    .taken-back { text-decoration: line-through; }
    ul.plain { list-style: none; padding: 0; margin: .4rem 0; }
    ul.plain > li { margin: .3rem 0; }
    dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
    dl.facts dt { color: #47535e; } dl.facts dd { margin: 0; }
    .field { margin: .75rem 0; max-width: 28rem; }
    label { display: block; font-weight: 600; }
    input:not([type=hidden]):not([type=checkbox]), select, textarea { width: 100%; min-height: 44px; font: inherit; color: inherit;
      background: #fff; border: 1px solid #5b6873; border-radius: 4px; padding: .4rem .6rem; }
    button { font: inherit; font-weight: 600; min-height: 44px; padding: .4rem 1rem; border-radius: 4px; border: 2px solid #0b4f8a;
      background: #0b4f8a; color: #fff; cursor: pointer; text-align: left; }
    button:hover { background: #093f6f; }
    button.second { background: #fff; color: #0b4f8a; }
    button.second:hover { background: #e4eef7; }
    button.plain { background: none; border: 0; padding: 0 .25rem; text-decoration: underline; font-weight: 400; }
    button.danger { background: #a3001b; border-color: #a3001b; }
    .actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-start; margin: .75rem 0 0; }
    .actions details[open] { flex-basis: 100%; }
    .reasons { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .5rem; margin: .5rem 0; }
    details > summary { cursor: pointer; padding: .55rem 0; min-height: 44px; font-weight: 600; color: #0b4f8a; }
    .notice { border: 2px solid #0b4f8a; background: #e9f2fa; padding: .6rem .9rem; border-radius: 4px; }
    .notice.error { border-color: #a3001b; background: #fdecee; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; background: #fff; }
    caption { text-align: left; font-weight: 600; padding: .3rem 0; }
    th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #b8c2cc; }
    th, td code { overflow-wrap: break-word; }
    thead th { border-bottom: 2px solid #47535e; }
    .scroll { margin: 0 0 1rem; }
    td.n, th.n { text-align: right; }
    tr.differs > * { background: #fff4d6; }
    .items { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .75rem; list-style: none; margin: 0;
      padding: 0; }
    .items > li { background: #fff; border: 1px solid #8494a3; border-radius: 6px; padding: .75rem; }
    .value { font-size: 1.15rem; font-weight: 700; }
    svg.trend { display: block; width: 100%; height: auto; max-height: 9rem; margin: .4rem 0 0; }
    svg.trend .range { fill: #dcebdf; } svg.trend .line { fill: none; stroke: #0b4f8a; stroke-width: 1.5; }
    svg.trend .dot { fill: #0b4f8a; } svg.trend .out { fill: #a3001b; }
    svg.qr { display: block; width: min(100%, 16rem); height: auto; border: 1px solid #8494a3; }
    .two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
    code { overflow-wrap: anywhere; background: #e8edf2; padding: 0 .2rem; }
    pre { overflow-x: auto; background: #fff; border: 1px solid #8494a3; padding: .75rem; }
    .phone { display: none; color: #47535e; font-size: .9rem; }
    mark { background: #ffe28a; color: inherit; }
    @media (max-width: 40rem) {
      .two { grid-template-columns: 1fr; }
      .who { margin-left: 0; }
      .phone { display: inline; }
      dl.facts { grid-template-columns: 1fr; } dl.facts dd { margin: 0 0 .3rem; }
      table.rows thead { position: absolute; left: -100rem; }
      th, td { padding: .4rem .3rem; }
      table.rows tr { display: block; border-bottom: 2px solid #47535e; padding: .4rem 0; }
      table.rows td, table.rows th { display: block; border: 0; padding: .1rem .25rem; text-align: left; }
    }
    @media print {
      header, .skip, form, .actions { display: none; }
      body { background: #fff; }
      .card, .items > li { break-inside: avoid; }
    }
    """
}
