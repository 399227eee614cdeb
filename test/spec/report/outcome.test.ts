import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { formatReports } from '../../../spec/report/formats.ts';
import { exitCodeOf, readBaseline, worseThan } from '../../../spec/report/outcome.ts';
import type { Report } from '../../../spec/report/report.ts';
import { reportOf } from '../../support/reports.ts';

const FAILED = reportOf([{ verdict: 'fail' }]);
const DEPARTED = reportOf([{ verdict: 'departure' }]);
const PASSED = reportOf([{ verdict: 'pass' }, { probe: '9112-3-2', verdict: 'inconclusive' }]);
const STUCK = reportOf([{ verdict: 'fail' }], { obstacles: ['it hangs'] });

describe('exitCodeOf', () => {
  it('is 1 when something failed, 3 when something could not be judged, else 0', () => {
    assert.equal(exitCodeOf([PASSED, DEPARTED]), 0);
    assert.equal(exitCodeOf([PASSED, FAILED]), 1);
    assert.equal(exitCodeOf([FAILED, STUCK]), 3);
  });

  it('counts only what got worse than a baseline', () => {
    assert.equal(exitCodeOf([FAILED], baselineOf(FAILED)), 0);
    assert.equal(exitCodeOf([FAILED], baselineOf(DEPARTED)), 1);
    assert.equal(exitCodeOf([DEPARTED], baselineOf(PASSED)), 1);
    assert.equal(exitCodeOf([DEPARTED], baselineOf(FAILED)), 0);
    assert.equal(exitCodeOf([FAILED], baselineOf(reportOf([]))), 1);
    assert.equal(exitCodeOf([STUCK], baselineOf(STUCK)), 3);
  });
});

describe('worseThan', () => {
  it('compares subjects of the same name where there are several', () => {
    const named = (name: string, verdict: 'fail' | 'pass') =>
      reportOf([{ verdict }], { subject: { name, role: 'server' } });
    const baseline = baselineOf(named('a', 'fail'), named('b', 'pass'));
    assert.deepEqual(worseThan(named('a', 'fail'), baseline), []);
    const [worse] = worseThan(named('b', 'fail'), baseline);
    assert.equal(worse!.probe, '9112-3.2-8');
  });
});

describe('readBaseline', () => {
  it('reads nothing but reports', () => {
    for (const text of [
      '{}',
      '[1]',
      'null',
      '{"version":2}',
      '{"version":1,"subject":{},"results":[{}]}',
    ]) {
      assert.throws(() => readBaseline(text), TypeError);
    }
    assert.throws(() => readBaseline('<html>'), SyntaxError);
  });
});

// Helpers

function baselineOf(...reports: readonly Report[]) {
  return readBaseline(formatReports(reports, 'json'));
}
