import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { DEFAULT_WORKFLOW_ID } from '../../src/contract.ts';
import { findChromium } from '../../src/local/install/find-chromium.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';

const PATIENCE = 30_000;

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

  async showRun(): Promise<void> {
    await this.page.goto(`${this.#url}/namespaces/default/workflows/${DEFAULT_WORKFLOW_ID}`);
    await this.page.getByRole('button', { name: 'More Actions' }).waitFor();
  }

  /** The current details, as the page renders their Markdown: in a frame of its own. */
  async details(): Promise<Locator> {
    await this.showRun();
    await this.page.getByText('User Metadata').click();
    return this.page.frameLocator('iframe').locator('body');
  }

  /** Sends a signal by the run's own dialog; `input` is JSON. The page renews itself now and then, and empties a dialog that is open. */
  async signal(name: string, input?: object): Promise<void> {
    await waitUntil(() => this.#signal(name, input), { forMs: 180_000, everyMs: 500 });
  }

  async #signal(name: string, input?: object): Promise<void> {
    await this.showRun();
    await this.page.getByRole('button', { name: 'More Actions' }).click({ timeout: PATIENCE });
    await this.page.getByRole('menuitem', { name: 'Send a Signal' }).click({ timeout: PATIENCE });
    const dialog = this.page.getByRole('dialog', { name: 'Send a Signal' });
    // The input itself is disabled: it shows what was chosen, its surroundings open the list.
    await dialog.locator('#signal-select').locator('..').click({ timeout: PATIENCE });
    await this.page.getByRole('option', { name: new RegExp(`^\\s*${name}`) }).click({ timeout: PATIENCE });
    const text = input === undefined ? '' : JSON.stringify(input);
    const editor = dialog.locator('.cm-content');
    await editor.fill(text, { timeout: PATIENCE });
    // Left, it spreads the JSON over lines: a click that leaves it would miss the button, which moves.
    await editor.blur();
    if ((await editor.innerText()).replaceAll(/\s/g, '') !== text.replaceAll(/\s/g, '')) throw new Error('The dialog has lost its input');
    await dialog.getByRole('button', { name: 'Submit' }).click({ timeout: PATIENCE });
    await dialog.waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
