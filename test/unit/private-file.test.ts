import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeOutput } from '../../src/cli/output-file.ts';
import { writeReportFiles } from '../../src/phases/report-files.ts';
import { sampleReport } from './report/sample-report.ts';

const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

describe.each([0o000, 0o022, 0o077])('under umask %o', (umask) => {
  const usual = process.umask();
  let directory: string;
  let other: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'private-file-'));
    other = join(directory, 'other');
    process.umask(umask);
    writeFileSync(other, 'of somebody else', { mode: 0o644 });
  });
  afterEach(() => {
    process.umask(usual);
    rmSync(directory, { recursive: true });
  });

  test('reports are 0600 in directories 0700', () => {
    const reports = join(directory, 'made', 'on demand');
    const path = writeReportFiles(reports, sampleReport);
    expect(path).toBe(join(reports, `run-${sampleReport.run}.md`));
    expect([modeOf(join(directory, 'made')), modeOf(reports)]).toEqual(['700', '700']);
    const files = readdirSync(reports);
    expect(files.toSorted()).toEqual(['html', 'json', 'md'].map((extension) => `run-${sampleReport.run}.${extension}`));
    expect(files.map((file) => modeOf(join(reports, file)))).toEqual(['600', '600', '600']);
  });

  test('a report that is there is replaced; a link in its place is not followed', () => {
    const reports = join(directory, 'reports');
    mkdirSync(reports);
    const [md, html] = [`run-${sampleReport.run}.md`, `run-${sampleReport.run}.html`].map((file) => join(reports, file)) as [
      string,
      string,
    ];
    symlinkSync(other, md);
    writeFileSync(html, 'an older one', { mode: 0o666 });
    writeReportFiles(reports, sampleReport);
    expect(readFileSync(other, 'utf8')).toBe('of somebody else');
    expect([md, html].map((path) => [lstatSync(path).isFile(), modeOf(path)])).toEqual([
      [true, '600'],
      [true, '600'],
    ]);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('an output of a command replaces no file and follows no link, unless it is forced to replace them', () => {
    const [fresh, link, lost] = ['fresh', 'link', 'lost'].map((name) => join(directory, name)) as [string, string, string];
    symlinkSync(other, link);
    symlinkSync(join(directory, 'nowhere'), lost);
    writeOutput(fresh, 'first', false);
    for (const path of [fresh, link, lost, other]) {
      expect(() => writeOutput(path, 'second', false)).toThrow(`${path} is there already`);
      writeOutput(path, 'third', true);
      expect([lstatSync(path).isFile(), modeOf(path), readFileSync(path, 'utf8')]).toEqual([true, '600', 'third']);
    }
    expect(existsSync(join(directory, 'nowhere'))).toBe(false);
    expect(readdirSync(directory).toSorted()).toEqual(['fresh', 'link', 'lost', 'other']);
  });

  test.each([false, true])('no output takes the place of a directory or a device (force: %s)', (force) => {
    expect(() => writeOutput(directory, 'x', force)).toThrow('cannot be written (EISDIR)');
    expect(() => writeOutput(join(directory, 'no', 'such'), 'x', force)).toThrow('cannot be written (ENOENT)');
    expect(readdirSync(directory)).toEqual(['other']);
    writeOutput('/dev/null', 'x', force);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
