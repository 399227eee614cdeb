/**
 * How the page of a report looks, light and dark, wide and narrow, and how its checkboxes filter.
 *
 * @module
 */

/** Hides the results of each kind whose checkbox is not checked. */
export function filtersOf(ids: readonly string[]): string {
  return ids.map((id) => `body:has(#${id}:not(:checked)) .result.${id}{display:none}`).join('\n');
}

/** The style of the page, but for its filters. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f4f4f1; --ink: #1b1b1f; --faint: #5a5a63; --line: #d5d5d0;
  --fail: #b3261e; --departure: #8a5300; --inconclusive: #6b3fa0; --pass: #17692f; --link: #0b57b0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16161a; --raised: #212127; --ink: #ececf1; --faint: #a9a9b5; --line: #3a3a43;
    --fail: #ff9b92; --departure: #f0b860; --inconclusive: #cda8ff; --pass: #7fd896; --link: #8ec1ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; counter-reset: shown;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 0.25rem; overflow-wrap: anywhere; }
h3 { font-size: 0.9rem; margin: 0.75rem 0 0.25rem; }
p { margin: 0.25rem 0; }
a { color: var(--link); }
small { color: var(--faint); font-weight: normal; font-size: 0.85em; }
code, .octets { font-family: ui-monospace, monospace; font-size: 0.85rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.obstacle { color: var(--fail); overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { padding: 0.2rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line); }
th[scope='row'] { text-align: left; font-weight: 600; }
.summary td { font-variant-numeric: tabular-nums; font-weight: 600; }
td.none, td.none a { color: var(--faint); font-weight: normal; }
.v-fail, .v-fail .verdict, td.v-fail a { color: var(--fail); }
.v-departure, .v-departure .verdict, td.v-departure a { color: var(--departure); }
.v-inconclusive, .v-inconclusive .verdict, td.v-inconclusive a { color: var(--inconclusive); }
.v-pass, .v-pass .verdict { color: var(--pass); }
.filters {
  display: flex; flex-wrap: wrap; gap: 0.5rem; position: sticky; top: 0; z-index: 1;
  padding: 0.5rem 0; background: var(--ground); border-bottom: 1px solid var(--line);
}
fieldset { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.1rem 0.6rem 0.3rem; }
legend { color: var(--faint); font-size: 0.85rem; padding: 0 0.3rem; }
.filters label { display: inline-block; margin-right: 0.7rem; white-space: nowrap; }
.result { border-bottom: 1px solid var(--line); color: var(--ink); counter-increment: shown; }
.result > summary, .matrix > summary { padding: 0.35rem 0.2rem; cursor: pointer; }
.result[open] > summary { background: var(--raised); }
.result > div { padding: 0.25rem 0.5rem 1rem; }
.verdict { display: inline-block; min-width: 6.5rem; font-weight: 700; color: var(--faint); }
.level { font-size: 0.8rem; color: var(--faint); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0.5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.octets { list-style: none; margin: 0; padding: 0; }
.octets li {
  display: grid; grid-template-columns: 4.5rem 12rem 1fr 1fr; gap: 0.75rem; padding: 0.1rem 0.5rem;
  border-left: 3px solid var(--line); overflow-wrap: anywhere;
}
.octets .sent { border-left-color: var(--link); }
.octets .received { border-left-color: var(--pass); background: var(--raised); }
.octets .sent .at::before { content: '→ ' / 'sent '; }
.octets .received .at::before { content: '← ' / 'received '; }
.octets .at, .octets code { color: var(--faint); }
#results { display: flex; flex-direction: column; }
.count { order: -1; margin: 0.75rem 0 0; color: var(--faint); }
.count::before { content: counter(shown) ' results shown'; }
@media (max-width: 48rem) {
  .filters { position: static; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dt { margin-top: 0.4rem; }
  .octets li { grid-template-columns: 4.5rem 1fr; row-gap: 0; padding-bottom: 0.4rem; }
  .octets .text, .octets code { grid-column: 1 / -1; }
  .verdict { min-width: 0; }
}
`;
