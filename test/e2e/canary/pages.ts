import type { Response } from 'playwright-core';
import { WebUi } from '../web-ui.ts';

/** Milliseconds in which a page has asked for all that it shows. */
const SETTLED = 3_000;

/** Visits every page of Temporal's Web UI that shows a run, and gives all that was rendered and all that came over the wire. */
export async function pagesOf(url: string, workflowId: string): Promise<string> {
  const ui = await WebUi.open(url);
  const { page } = ui;
  const seen: string[] = [];
  const reading: Promise<void>[] = [];
  const read = async (response: Response) => void seen.push(await response.text().catch(() => ''));
  page.on('response', (response) => {
    if (response.url().includes('/api/')) reading.push(read(response));
  });
  const base = `${url}/namespaces/default`;
  try {
    await page.goto(`${base}/workflows`);
    await page.getByRole('link', { name: workflowId }).first().waitFor();
    seen.push(await page.content());
    await page.getByRole('link', { name: workflowId }).first().click();
    await page
      .getByRole('button', { name: /More Actions|Start Workflow Like This One/ })
      .first()
      .waitFor();
    await page.getByText('User Metadata').click();
    const [run] = /workflows\/[^/]+\/[0-9a-f-]{36}/.exec(page.url()) ?? [];
    for (const view of ['timeline', 'history', 'workers', 'pending-activities', 'call-stack', 'metadata', 'query']) {
      await page.goto(`${base}/${run}/${view}`);
      // The page asks again and again while it waits for news: it need not ever be idle.
      await page.waitForLoadState('networkidle', { timeout: SETTLED }).catch(() => undefined);
      for (const frame of page.frames()) seen.push(await frame.content().catch(() => ''));
    }
    await Promise.all(reading);
    return seen.join('\n');
  } finally {
    await ui.close();
  }
}
