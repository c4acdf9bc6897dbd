/** The report's look: no font, image or script is loaded, and colours follow the reader's light or dark setting. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1a1d23; --soft: #5a6270; --line: #dfe3e8; --track: #edf0f3;
  --ok: #2f6fd0; --failed: #c2362b; --refused: #d98a1f; --unknown: #8b93a1;
  --alarm: #fdf3e2; --alarm-line: #d98a1f; --calm: #eaf4ec; --calm-line: #3c8a50;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1d2026; --ink: #e8eaee; --soft: #a0a8b5; --line: #333944; --track: #2a2e37;
    --ok: #5b97ec; --failed: #ee6a5f; --refused: #eab054; --unknown: #7d8694;
    --alarm: #2e2618; --alarm-line: #eab054; --calm: #1a2a1f; --calm-line: #64b57a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 4px; }
p { margin: 0 0 10px; max-width: 75ch; }
.soft { color: var(--soft); }
.small { font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin-top: 18px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.tile b { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile.marked b { color: var(--failed); }
.verdict { background: var(--calm); border-color: var(--calm-line); }
.verdict.alarm { background: var(--alarm); border-color: var(--alarm-line); }
.verdict ul { margin: 6px 0 0; padding-left: 20px; }
.scroll { overflow-x: auto; margin: 8px -20px -6px; padding: 0 20px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12.5px; white-space: nowrap; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > * { border-bottom: 0; }
td:first-child { min-width: 165px; }
tr > :last-child { padding-right: 0; }
a { color: var(--ok); }
td { max-width: 460px; overflow-wrap: anywhere; }
td.what { min-width: 110px; } td.outcome, td.via { white-space: nowrap; } td.details { min-width: 300px; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.wide { min-width: 190px; }
code { font: 12.5px/1.4 ui-monospace, monospace; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--soft); margin: 6px 0 12px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.bar { display: flex; height: 12px; gap: 1px; border-radius: 3px; overflow: hidden; margin-top: 5px; min-width: 3px; }
.bar i { display: block; min-width: 2px; }
.bg-ok { background: var(--ok); } .bg-failed { background: var(--failed); }
.bg-refused { background: var(--refused); } .bg-unknown { background: var(--unknown); }
.fg-failed { color: var(--failed); font-weight: 600; } .fg-refused { color: var(--refused); font-weight: 600; }
.fg-unknown { color: var(--soft); font-weight: 600; } .fg-ok { color: inherit; }
.note { color: var(--refused); }
.chart { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; }
.chart .y { display: flex; flex-direction: column; justify-content: space-between; height: 218px; margin: -9px 0;
  text-align: right; font-size: 12px; line-height: 18px; color: var(--soft); font-variant-numeric: tabular-nums; }
.chart svg { width: 100%; height: 200px; display: block; border-bottom: 1px solid var(--line); }
.chart .x { grid-column: 2; display: flex; justify-content: space-between; font-size: 12px; color: var(--soft); margin-top: 5px; gap: 8px; }
.chart line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.fill-ok { fill: var(--ok); } .fill-failed { fill: var(--failed); } .fill-refused { fill: var(--refused); } .fill-unknown { fill: var(--unknown); }
.range { position: relative; height: 12px; background: var(--track); border-radius: 3px; margin-top: 5px; }
.range i { position: absolute; top: 0; bottom: 0; background: var(--ok); border-radius: 3px; min-width: 3px; }
.range b { position: absolute; top: -2px; bottom: -2px; width: 2px; background: var(--ink); }
th[scope=row] { font-weight: 400; color: var(--ink); font-size: 13.5px; white-space: normal; overflow-wrap: anywhere; min-width: 150px; }
td.pairs { max-width: none; } .pair { display: inline-block; margin: 0 14px 2px 0; } .pair b { font-weight: 600; color: var(--soft); font-variant-numeric: tabular-nums; }
.verdict.half { background: var(--alarm); border-color: var(--failed); border-width: 2px; }
.findings { margin: 6px 0 10px; padding-left: 20px; } .findings li { margin-bottom: 4px; overflow-wrap: anywhere; max-width: 100ch; }
details.small summary { font-size: 12.5px; font-weight: 400; color: var(--soft); } details.small ul { margin: 2px 0; padding-left: 18px; }
:focus-visible { outline: 2px solid var(--ok); outline-offset: 2px; }
summary { cursor: pointer; font-weight: 600; font-size: 17px; }
footer { margin-top: 22px; color: var(--soft); font-size: 13px; }
/* Where a table has no room, each row is a card, and its cells say what they are. */
@media (max-width: 900px) {
  .scroll { overflow: visible; } table, tbody { display: block; } tr.heads { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 14px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  th, td, td:first-child, td.what, td.details { display: block; border: 0; padding: 0; min-width: 0; max-width: none; text-align: left; }
  th[scope=row], td.wide, td.details, td.pairs { flex: 1 0 100%; } td.wide { margin-bottom: 4px; }
  td[data-label]::before { content: attr(data-label) ' '; color: var(--soft); font-weight: 400; }
  td.soft[data-label], td[data-label]:empty { display: none; }
}
@media (max-width: 600px) {
  main { padding: 18px 12px 40px; }
  section { padding: 14px; } .scroll { margin: 8px -14px -4px; padding: 0 14px; }
  .tiles { grid-template-columns: repeat(2, 1fr); } .chart .x span:nth-child(even) { display: none; }
}
@media print { details::details-content { content-visibility: visible; height: auto; } .scroll { overflow: visible; } body { background: #fff; } section, .tile { break-inside: avoid; } }
`;
