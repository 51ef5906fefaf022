import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarizeChunks } from '../../../src/report/chunk-summary.ts';
import { balanced, totals } from '../../../src/report/equation.ts';
import { formatBytes, formatCount, formatSeconds, formatTime } from '../../../src/report/format.ts';
import { reportHtml } from '../../../src/report/html.ts';
import { reportJson } from '../../../src/report/json.ts';
import { reportMarkdown } from '../../../src/report/markdown.ts';
import { sampleReport } from './sample-report.ts';

describe('Markdown', () => {
  const text = reportMarkdown(sampleReport);

  test('says the outcome in one line, and answers what is asked first', () => {
    expect(text).toContain('Failed in copy: TableFailed. 1 of the tables failed. 2 of 2 chunks have landed.');
    expect(text).toContain('- – **Every row is accounted for:** 1 of 2 tables are not counted yet');
    expect(text).toContain('- – **It went as predicted:** 3 of 5 counts differ from what preflight predicted: the sources moved since');
    expect(text).toContain('- ✗ **Every value is proved:** 3 rows differ');
    expect(text).toContain('moved during the run: 1 chunk of users was copied again, in 1 round');
    expect(text).toContain('- ✓ **What was there before is saved:** in /backups/a.dump on host-a, read back whole');
  });

  test('has every table with its equation, and the sums', () => {
    expect(text).toContain('| users | 10,000 | 9,990 | 0 | 10 | yes | 12 | done | full | 1 of 2 | 3.2 s |');
    expect(text).toContain('| roles | 20 | — | — | — | open | — | failed | none | none | — |');
    expect(text).toContain('| **all** | **10,020** | **9,990** | **0** | **10** |  | **12** |');
  });

  test('sets predictions beside outcomes', () => {
    expect(text).toContain('| users | orphan | kept out | 7 | 7 | yes |');
    expect(text).toContain('| users | email_twin | changed | about 8 | 9 | estimate |');
    expect(text).toContain('| users | handle_twin | changed | 2 | 0 | NO |');
    expect(text).toContain('| users | not_carried | changed | 0 | 3 | NO |');
    expect(text).toContain('| users | 10,000 / 10,000 | 9,991 / 9,990 |');
  });

  test('has rejects, adjustments, copy, steps, starts, pauses, backup and servers', () => {
    expect(text).toContain('| users | orphan | common_oltp | user | 7 | 0 |');
    expect(text).toContain('npx identity-migrate rejects --adjusted');
    expect(text).toContain('| users | not_carried |  | contact | 3 |');
    expect(text).toContain('| users | 3.0 s | 10,000 | 3,333 | 1.5 MB | 2 | 1 |');
    expect(text).toContain('| keys and unique indexes | 1 | 0.25 s | 0.25 s |');
    expect(text).toContain('| 1 | 2026-01-31 12:00:00 UTC | temporal-cli:ada@host | a \\| b &lt;script> | backup | migrate-identity |');
    expect(text).toContain('| 2026-01-31 12:00:03 UTC | copy | lunch &lt;b> | 1.0 s |');
    expect(text).toContain('- **Backup:** /backups/a.dump on host-a (2.0 MB, read back 2026-01-31 12:00:04 UTC)');
    expect(text).toContain('- **Server of target:** PostgreSQL 15.6');
  });

  test('has the time of each phase, pauses and stops apart', () => {
    expect(text).toContain('| preflight | 2.0 s |  |  |');
    expect(text).toContain('| copy | 5.0 s | 1.0 s | 2.0 s |');
  });

  test('an operator’s own words stay words', () => {
    expect(text).toContain('a \\| b &lt;script> \\`x\\`');
    expect(text).not.toContain('<script>');
  });

  test('a run without anything yet, of an earlier version, reads well', () => {
    const nothing = { tables: [], rejects: [], adjustments: [], chunks: [], events: [], steps: [], predictions: [], differences: [] };
    const empty = reportMarkdown({ ...sampleReport, ...nothing, backup: null, finishedAt: null });
    expect(empty).toContain('No table was planned.');
    expect(empty).toContain('- **Backup:** none');
    expect(empty).toContain('- **Finished:** —');
    expect(empty).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('HTML', () => {
  const html = reportHtml(sampleReport);

  test('is one page that fetches nothing and runs nothing', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|<img|url\(|https?:/);
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('name="viewport"');
  });

  test('escapes what comes from elsewhere', () => {
    expect(html).toContain('a | b &lt;script&gt;');
    expect(html).toContain('&quot;reason&quot;');
  });

  test('opens and closes every element', () => {
    for (const element of ['table', 'tr', 'td', 'th', 'section', 'dl', 'div', 'main', 'svg', 'rect', 'li', 'pre', 'nav']) {
      const opened = html.match(new RegExp(`<${element}[ >]`, 'g'))?.length;
      expect(html.match(new RegExp(`</${element}>`, 'g'))?.length).toBe(opened);
    }
  });
});

test('JSON holds the whole report and says whether each table adds up', () => {
  const parsed = JSON.parse(reportJson(sampleReport));
  expect(parsed).toMatchObject({ run: sampleReport.run, chunks: sampleReport.chunks });
  expect(parsed.tables.map((table: { balanced: boolean }) => table.balanced)).toEqual([true, null]);
});

describe('the equation', () => {
  test('holds exactly where the counts add up', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: -3, max: 3 }), (loaded, merged, rejected, off) => {
        const table = { source: loaded + merged + rejected + off, loaded, merged, rejected };
        expect(balanced(table)).toBe(off === 0);
      }),
    );
  });

  test('unknown counts add nothing to sums', () => {
    expect(totals(sampleReport.tables)).toEqual({ source: 10_020, loaded: 9_990, merged: 0, rejected: 10, adjusted: 12 });
  });
});

test('chunks are summed by table', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ table: fc.constantFrom('a', 'b', 'c'), rows: fc.option(fc.nat({ max: 1e9 })) })), (list) => {
      const chunk = { chunk: 1, state: 'done', bytes: 5, attempt: 1, proved: true, worker: null, startedAt: null, finishedAt: null };
      const sums = summarizeChunks(list.map((entry) => ({ ...chunk, ...entry })));
      expect(sums.reduce((rows, sum) => rows + sum.rows, 0)).toBe(list.reduce((rows, entry) => rows + (entry.rows ?? 0), 0));
      expect(sums.reduce((chunks, sum) => chunks + sum.chunks, 0)).toBe(list.length);
      expect(new Set(sums.map((sum) => sum.table)).size).toBe(sums.length);
    }),
  );
});

describe('figures', () => {
  test.each([
    [0, '0.00 s'],
    [0.994, '0.99 s'],
    [0.999, '1.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.7, '1 h 00 min'],
    [7620, '2 h 07 min'],
    [null, '—'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [999_960, '1.0 MB'],
    [91_000_000, '91.0 MB'],
    [null, '—'],
  ])('%s bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('counts are grouped, times are UTC', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatTime('2026-01-31T12:00:05.123Z')).toBe('2026-01-31 12:00:05 UTC');
  });
});
