import { type Browser, chromium, type Page } from 'playwright-core';
import { DEFAULT_WORKFLOW_ID } from '../../src/contract.ts';
import { findChromium } from '../../src/local/install/find-chromium.ts';

/** Temporal's Web UI in a browser without a screen, on the page of the newest run. */
export class WebUi {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #url: string;

  private constructor(browser: Browser, page: Page, url: string) {
    this.#browser = browser;
    this.page = page;
    this.#url = url;
  }

  /** `url`: of the Web UI. */
  static async open(url: string): Promise<WebUi> {
    const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox'] });
    return new WebUi(browser, await browser.newPage({ viewport: { width: 1400, height: 1000 } }), url);
  }

  /** `tab`: `timeline`, `user-metadata` (with the current details). */
  async showRun(tab = ''): Promise<void> {
    await this.page.goto(`${this.#url}/namespaces/default/workflows/${DEFAULT_WORKFLOW_ID}`);
    await this.page.waitForURL(/\/workflows\/[^/]+\/[0-9a-f-]{36}\//);
    if (tab !== '') await this.page.goto(this.page.url().replace(/\/[^/]+$/, `/${tab}`));
  }

  /** Sends a signal by the run's own dialog; `input` is JSON. */
  async signal(name: string, input?: object): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send a Signal' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Send a Signal' });
    // The input itself is disabled: it shows what was chosen, its surroundings open the list.
    await dialog.locator('#signal-select').locator('..').click();
    await this.page.getByRole('option', { name: new RegExp(`^\\s*${name}`) }).click();
    if (input !== undefined) {
      await dialog.getByRole('textbox').last().click();
      await this.page.keyboard.type(JSON.stringify(input));
    }
    await dialog.getByRole('button', { name: 'Submit' }).click();
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
