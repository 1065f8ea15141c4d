// The look of the page, light and dark, on paper and on narrow screens. It is the only thing that the page's content security
// policy lets in, by its hash: style.test.ts says the new one after a change.

export const styleHash = 'sha256-khFEmB7Ab6QvpFkVGycG6uQ1g76h0LM8C+ZlPhU6xUA='

export const style = `
:root {
  color-scheme: light;
  --bg: #f3f5f7; --surface: #fff; --sunken: #e9eef1; --line: #d3dce2; --ink: #13202b; --ink-2: #43535f; --accent: #0b5cad;
  --critical: #a3123f; --on-critical: #fff; --high: #f8d2dd; --on-high: #870d33; --medium: #fce9c3; --on-medium: #684000;
  --low: #e4e9ed; --on-low: #364550; --good: #0b7557; --base: #71818d; --own: #0b5cad;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --bg: #0a1015; --surface: #10181f; --sunken: #1a2731; --line: #2a3a46; --ink: #e7eef3; --ink-2: #aebdc8; --accent: #79b6fa;
    --critical: #f4587f; --on-critical: #22020b; --high: #451325; --on-high: #ffa3bd; --medium: #35280f; --on-medium: #f3c772;
    --low: #1b2630; --on-low: #bcc9d3; --good: #30b58c; --base: #8b9daa; --own: #79b6fa;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--bg); color: var(--ink);
  font: 15px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
header, nav, main, footer { max-width: 1040px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
footer { padding-bottom: 40px; color: var(--ink-2); }
h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 26px; line-height: 1.25; }
h2 { font-size: 19px; margin: 36px 0 10px; scroll-margin-top: 12px; }
h3 { font-size: 15px; display: inline; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, .mono { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; }
.quiet { color: var(--ink-2); }
.verdict { font-size: 18px; font-weight: 600; margin: 14px 0 18px; padding: 12px 16px; border-radius: 8px; background: var(--surface); border: 1px solid var(--line); border-left: 6px solid var(--base); }
.verdict.fails { border-left-color: var(--critical); }
.verdict.clear { border-left-color: var(--good); }
.verdict.found, .verdict.unknown { border-left-color: var(--on-medium); }
.counts { border-collapse: separate; border-spacing: 0; width: 100%; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.counts th, .counts td { padding: 7px 10px; text-align: center; }
.counts thead th { font-weight: 400; color: var(--ink-2); font-size: 13px; }
.counts tbody th { text-align: left; font-weight: 600; }
.counts tbody :is(th, td) { border-top: 1px solid var(--line); }
.counts td { font-size: 17px; }
.counts td.none { color: var(--ink-2); font-size: 15px; }
.badge { display: inline-block; padding: 0 8px; border-radius: 10px; font-size: 13px; line-height: 20px; font-weight: 600; white-space: nowrap; background: var(--low); color: var(--on-low); }
.badge.critical { background: var(--critical); color: var(--on-critical); }
.badge.high { background: var(--high); color: var(--on-high); }
.badge.medium { background: var(--medium); color: var(--on-medium); }
.counts td .badge { font-size: 15px; line-height: 22px; min-width: 34px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 18px 0; }
.facts dt { color: var(--ink-2); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 10px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; }
.list > li { padding: 10px 16px; border-top: 1px solid var(--line); }
.list > li:first-child { border-top: 0; }
details > summary { cursor: pointer; padding: 10px 16px; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
details > summary::before { content: '▸'; width: 1em; color: var(--ink-2); }
details[open] > summary::before { content: '▾'; }
details > summary::-webkit-details-marker { display: none; }
details > .list { border-top: 1px solid var(--line); }
.push { margin-left: auto; }
.head { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
.exploited { font-weight: 700; color: var(--critical); }
.more { padding: 8px 16px; color: var(--ink-2); border-top: 1px solid var(--line); }
.picture { display: block; width: 100%; height: 30px; margin: 10px 0; border-radius: 6px; }
.bar { display: block; width: 100%; height: 8px; margin: 6px 0; }
.picture rect, .bar rect { stroke: var(--bg); stroke-width: 1; }
.track { fill: var(--sunken); }
.base { fill: var(--base); }
.own { fill: var(--own); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.key.base { background: var(--base); }
.key.own { background: var(--own); }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 8px; background: var(--surface); padding: 6px 12px; }
.words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 640px) {
  header, nav, main, footer { padding-left: 12px; padding-right: 12px; }
  h1 { font-size: 21px; }
  .counts th, .counts td { padding: 6px 3px; font-size: 13px; }
  .counts tbody th { padding-left: 8px; }
  .counts td .badge { min-width: 24px; padding: 0 5px; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 6px; }
  .push { margin-left: 0; }
  .list > li, details > summary { padding-left: 12px; padding-right: 12px; }
}
@media print {
  :root { --bg: #fff; --surface: #fff; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details > summary::before { content: none; }
  .list > li { break-inside: avoid; }
  h2, summary { break-after: avoid; }
  .badge, .picture, .bar { print-color-adjust: exact; }
}
`
