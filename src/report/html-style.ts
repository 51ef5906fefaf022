/** Style of the HTML report. Colours keep a contrast of 4.5 in both schemes. */
export const REPORT_STYLE = `
:root { --text: #1c2128; --soft: #57606a; --line: #d0d7de; --page: #ffffff; --head: #f6f8fa; --good: #116329; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --page: #0d1117; --head: #151b23; --good: #3fb950; --bad: #ff7b72; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.state { font-size: 0.9rem; font-weight: 600; color: var(--soft); border: 1px solid; border-radius: 1rem; padding: 0.1rem 0.6rem; vertical-align: middle; }
.state.done { color: var(--good); } .state.failed, .state.aborted { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 0.5rem 1.5rem; margin: 0; }
dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.3rem 0.7rem; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { border-top: 0; background: var(--head); font-weight: 600; }
tfoot td { font-weight: 600; background: var(--head); }
th:first-child, td:first-child { position: sticky; left: 0; background: var(--head); }
.n { text-align: right; }
@media (max-width: 40rem) { body { font-size: 14px; } th, td { padding: 0.25rem 0.5rem; } }
@media print { .scroll { overflow: visible; } }
`;
