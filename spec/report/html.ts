/**
 * The report as one page that needs nothing from elsewhere and runs no script: it filters by style
 * sheet, and folds out as pages do by themselves.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { filtersOf, STYLE } from './page-style.ts';
import { isFault, type Report, type ReportedResult, VERDICTS } from './report.ts';
import { matrixRows, standardRows } from './tables.ts';
import { transcriptInWords } from './words.ts';

/** How much of a transcript is in the page. */
const SPACE = { pieces: 40, connections: 30 };

const LEVELS: readonly string[] = ['MUST', 'SHOULD', 'MAY'];

/** A page about all subjects, with how they compare where there are several. */
export function htmlReport(reports: readonly Report[]): string {
  const style = `${STYLE}${filtersOf(filterIds(reports))}`;
  const digest = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  const names = reports.map(({ subject }) => subject.name).join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Conformance of ${escaped(names)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#results">To the results</a>
<header>
<h1>Conformance of ${escaped(names)}</h1>
<p>Judged by <b>encke conform</b>. Open a row to see what was expected, what came, and the octets.</p>
</header>
<main>
${reports.length > 1 ? matrix(reports) : ''}
${reports.map(summary).join('\n')}
${filters(reports)}
<div id="results">
${reports.map(results).join('\n')}
<p class="count" role="status"></p>
</div>
</main>
</body>
</html>
`;
}

/** Who was judged, and the counts. */
function summary({ subject, date, seed, milliseconds, obstacles, lacks, results }: Report): string {
  const rows = standardRows(results).map(
    ({ name, title, counts }) =>
      `<tr><th scope="row">${escaped(name)}<small> ${escaped(title)}</small></th>${VERDICTS.map(
        (verdict) =>
          `<td class="${counts[verdict] === 0 ? 'none' : slug('v', verdict)}">${counts[verdict]}</td>`,
      ).join('')}</tr>`,
  );
  const where = Object.values(subject.addresses ?? {}).concat(subject.command?.join(' ') ?? []);
  return `<section class="summary">
<h2>${escaped(subject.name)} <small>as a ${subject.role}</small></h2>
<p>${where.map((one) => `<code>${escaped(one)}</code>`).join(' ')}</p>
<p>${escaped(date.slice(0, 16).replace('T', ' '))} UTC, ${(milliseconds / 1_000).toFixed(1)} s, seed ${seed}</p>
${obstacles.map((one) => `<p class="obstacle"><b>Not judged:</b> ${escaped(one)}</p>`).join('\n')}
${lacks.length === 0 ? '' : `<p>Without ${lacks.map(escaped).join('; ')}.</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="Counts"><table>
<thead><tr><td></td>${VERDICTS.map((verdict) => `<th scope="col">${verdict}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
</section>`;
}

/** Checkboxes, each of which shows or hides what it names. */
function filters(reports: readonly Report[]): string {
  const group = (legend: string, kind: string, names: readonly (readonly [string, string])[]) =>
    `<fieldset><legend>${legend}</legend>${names
      .map(([value, label]) => {
        const id = slug(kind, value);
        return `<label><input type="checkbox" id="${id}" checked> ${escaped(label)}</label>`;
      })
      .join('')}</fieldset>`;
  const same = (names: readonly string[]) => names.map((name) => [name, name] as const);
  const standards = standardRows(reports.flatMap(({ results }) => results));
  return `<form class="filters" aria-label="Which results are shown">
${group('Verdict', 'v', same(VERDICTS))}
${group('Level', 'l', same(LEVELS))}
${group(
  'Standard',
  's',
  standards.map(({ id, name }) => [id, name] as const),
)}
</form>`;
}

function filterIds(reports: readonly Report[]): string[] {
  const standards = standardRows(reports.flatMap(({ results }) => results));
  return [
    ...VERDICTS.map((verdict) => slug('v', verdict)),
    ...LEVELS.map((level) => slug('l', level)),
    ...standards.map(({ id }) => slug('s', id)),
  ];
}

function results(report: Report, index: number): string {
  const sorted = [...report.results].sort(
    (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict),
  );
  const rows = sorted.map((result) => resultRow(result, `r${index}-${result.probe}`));
  return `<section aria-label="${escaped(report.subject.name)}">
<h2>Results <small>${escaped(report.subject.name)}</small></h2>
${rows.join('\n')}
</section>`;
}

function resultRow(result: ReportedResult, id: string): string {
  const { verdict, level, standard, probe, title } = result;
  const kinds = [slug('v', verdict), slug('l', level.split(' ', 1)[0]!), slug('s', standard)];
  const entries = [
    ['clause', `${result.clause}, ${level}: ${result.requirement}`],
    ['sends', result.sends],
    ['expected', result.expected],
    ['came', result.received],
  ] as const;
  return `<details class="result ${kinds.join(' ')}"><summary><span class="verdict">${verdict}</span> <code>${escaped(probe)}</code> <span class="level">${level}</span> ${escaped(title)}</summary>
<div id="${escaped(id)}"><dl>${entries
    .map(([name, text]) => `<dt>${name}</dt><dd>${escaped(shortened(text))}</dd>`)
    .join('')}</dl>
${transcript(result)}</div></details>`;
}

function transcript(result: ReportedResult): string {
  const { connections, left } = transcriptInWords(result, SPACE);
  const tables = connections.map(({ pieces, more }, index) => {
    const rows = pieces.map(
      ({ direction, at, name, text, hex }) =>
        `<li class="${direction}"><span class="at">${at} ms</span><b>${escaped(name)}</b><span class="text">${escaped(text)}</span><code>${hex}</code></li>`,
    );
    const rest = more === undefined ? '' : `<li>… ${more}</li>`;
    const empty = rows.length === 0 ? '<li>nothing either way</li>' : '';
    return `<h3>Connection ${index + 1}</h3><ol class="octets">${rows.join('')}${rest}${empty}</ol>`;
  });
  return left > 0 ? `${tables.join('')}<p>… ${left} connections more</p>` : tables.join('');
}

/** The probes that found a fault in one subject at least, each verdict leading to its result. */
function matrix(reports: readonly Report[]): string {
  const head = reports.map(({ subject }) => `<th scope="col">${escaped(subject.name)}</th>`);
  const rows = matrixRows(reports).map(({ probe, level, title, verdicts }) => {
    const cells = verdicts.map((verdict, index) =>
      verdict === undefined
        ? '<td class="none">–</td>'
        : `<td class="${isFault({ verdict }) ? slug('v', verdict) : 'none'}"><a href="#r${index}-${escaped(probe)}">${verdict}</a></td>`,
    );
    return `<tr><th scope="row"><code>${escaped(probe)}</code> ${level}<small> ${escaped(title)}</small></th>${cells.join('')}</tr>`;
  });
  return `<details class="matrix"><summary>Side by side: ${rows.length} probes that found something in one of them at least</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Side by side"><table><thead><tr><td></td>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></details>`;
}

function slug(kind: string, value: string): string {
  return `${kind}-${value.toLowerCase().replaceAll(' ', '-')}`;
}

function shortened(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\0', '\u2400');
}
