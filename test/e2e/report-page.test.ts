import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html.ts';
import { largeReport } from '../unit/report/large-report.ts';
import { sampleReport } from '../unit/report/sample-report.ts';
import { ReportPage } from './report-page.ts';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };
/** What A4 leaves between the page's margins, in CSS pixels. */
const PAPER = { width: 702, height: 1000 };

describe.each([
  ['a run that failed, with markup in the operator’s words', sampleReport],
  ['a run of 36 tables and 2,000 chunks', largeReport()],
])('the page of %s', (_name, report) => {
  let directory: string;
  let path: string;
  let opened: ReportPage | null = null;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'identity-report-'));
    path = join(directory, 'report.html');
    writeFileSync(path, reportHtml(report));
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(directory, { recursive: true });
  });

  const open = async (options: Parameters<typeof ReportPage.open>[1]): Promise<ReportPage> => {
    await opened?.close();
    opened = await ReportPage.open(path, options);
    return opened;
  };

  it.each(['light', 'dark'] as const)('opens in %s without a complaint or a request, and can be read', async (colorScheme) => {
    const { page, complaints } = await open({ viewport: DESK, colorScheme });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(report.state === 'done' ? /none lost/ : /Failed in copy/);
    expect(await opened!.style('background-color')).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)');
    expect((await opened!.leastContrast()).ratio).toBeGreaterThan(4.5);
    expect(complaints).toEqual([]);
  });

  it('fits a phone: nothing but tables scrolls, each by itself', async () => {
    const page = await open({ viewport: PHONE, isMobile: true, deviceScaleFactor: 2 });
    expect(await page.scrollWidth()).toBe(PHONE.width);
    expect(await page.tooWide()).toEqual([]);
  });

  it('fits on paper, in ink', async () => {
    const { page } = await open({ viewport: PAPER, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await opened!.tooWide()).toEqual([]);
    expect(await opened!.style('color')).toBe('rgb(0, 0, 0)');
  });
});
