/** Style of the HTML report. Text keeps a contrast of 4.5 in both schemes, bars one of 3. */
export const REPORT_STYLE = `
:root {
  --text: #1c2128; --soft: #57606a; --line: #d8dee4; --page: #ffffff; --head: #f6f8fa; --good: #116329; --bad: #a40e26; --good-page: #e9f7ec;
  --bad-page: #ffefee; --open-page: #f3f4f6; --work: #3b6fb6; --other: #7fa6dc; --retry: #bc4c00; --pause: #a8720a; --stopped: #afb8c1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --soft: #9da7b3; --line: #30363d; --page: #0d1117; --head: #161b22; --good: #4ac26b; --bad: #ff8182; --good-page: #10271a;
    --bad-page: #33151a; --open-page: #1c2128; --work: #589be8; --other: #9cc6f7; --retry: #f0883e; --pause: #d4a72c; --stopped: #57606a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
.kicker { margin: 0; color: var(--soft); font-size: 0.85rem; }
h1 { font-size: 1.5rem; line-height: 1.35; font-weight: 600; margin: 0.35rem 0 0; text-wrap: pretty; overflow-wrap: break-word; }
h2 { font-size: 1.1rem; margin: 0 0 0.4rem; }
section { margin-top: 2.75rem; scroll-margin-top: 1rem; }
.state { display: inline-block; font-size: 0.85rem; font-weight: 600; text-transform: uppercase; letter-spacing: 0.04em; line-height: 1.6; border-radius: 4px; padding: 0 0.5rem; vertical-align: 0.15em; background: var(--open-page); color: var(--soft); }
.state.done { color: var(--good); background: var(--good-page); } .state.failed, .state.aborted, .state.closed { color: var(--bad); background: var(--bad-page); }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; justify-content: space-between; margin-top: 1.75rem; padding: 1rem 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.figures b { display: block; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.25; white-space: nowrap; } .figures span { color: var(--soft); font-size: 0.85rem; }
#checks { margin-top: 2rem; }
.checks { list-style: none; margin: 0; padding: 0; }
.checks li { display: grid; grid-template-columns: 1.25rem minmax(0, 20rem) minmax(0, 1fr); padding: 0.4rem 0; border-bottom: 1px solid var(--line); column-gap: 0.75rem; overflow-wrap: anywhere; }
.checks li:last-child { border-bottom: 0; }
.checks b { font-weight: 600; }
.sign { font-weight: 700; color: var(--soft); } .good .sign, span.good { color: var(--good); } .bad .sign, span.bad { color: var(--bad); font-weight: 700; }
nav { margin-top: 1.75rem; font-size: 0.85rem; line-height: 2; } nav a { margin-right: 0.9rem; white-space: nowrap; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 0.2em; }
.note { margin: 0 0 0.7rem; color: var(--soft); max-width: 50rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 0.7rem 2rem; margin: 0; }
dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.28rem 0.7rem; white-space: nowrap; }
tbody tr + tr td { border-top: 1px solid var(--line); }
thead th { background: var(--head); color: var(--soft); font-weight: 600; font-size: 0.82rem; border-bottom: 1px solid var(--line); }
tfoot td { font-weight: 600; background: var(--head); border-top: 1px solid var(--line); }
th:first-child, td:first-child { position: sticky; left: 0; background: var(--page); } thead th:first-child, tfoot td:first-child { background: var(--head); }
.n { text-align: right; } .z { color: var(--soft); } .m { text-align: center; }
td.bars { width: 100%; min-width: 9rem; vertical-align: middle; }
svg { display: block; width: 100%; }
.work { fill: var(--work); } .other { fill: var(--other); } .retry { fill: var(--retry); } .pause { fill: var(--pause); } .stopped { fill: var(--stopped); }
code { font: 0.92em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
pre { margin: 0.7rem 0 0; padding: 0.6rem 0.8rem; background: var(--head); border-radius: 6px; font: 0.82rem/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  main { padding: 1.25rem 1rem 3rem; } body { font-size: 14px; } h1 { font-size: 1.2rem; } section { margin-top: 2.25rem; }
  .figures { justify-content: flex-start; gap: 0.8rem 0; } .figures div { flex: 1 0 33%; } .figures b { font-size: 1.1rem; padding-right: 0.75rem; }
  .checks li { grid-template-columns: 1.5rem minmax(0, 1fr); } .checks li > :last-child { grid-column: 2; color: var(--soft); }
  th, td { padding: 0.25rem 0.5rem; }
}
@media print {
  :root { --text: #000; --soft: #444; --line: #bbb; --page: #fff; --head: #f3f3f3; --good: #0b5320; --bad: #8c0b1f; --good-page: #fff; --bad-page: #fff; --open-page: #fff;
    --work: #3b6fb6; --other: #7fa6dc; --retry: #bc4c00; --pause: #a8720a; --stopped: #afb8c1; }
  @page { margin: 14mm 12mm; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; } main { max-width: none; padding: 0; } nav { display: none; }
  .scroll { overflow: visible; border: 0; } table { font-size: 7.5pt; } th, td { padding: 0.12rem 0.3rem; position: static !important; }
  th, td { white-space: normal; overflow-wrap: anywhere; }
  td.bars { min-width: 4rem; } tr, .figures, .checks li, dl > div { break-inside: avoid; } h2, .note { break-after: avoid; } thead { display: table-header-group; } tfoot { display: table-row-group; }
}
`;
