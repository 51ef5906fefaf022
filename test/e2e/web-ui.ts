import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEFAULT_WORKFLOW_ID } from '../../src/contract.ts';
import { findChromium } from '../../src/local/install/find-chromium.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';

const PATIENCE = 30_000;

/** What the form posts, as far as it matters here; `data` is base64. */
interface StartRequest {
  readonly input?: { readonly payloads?: readonly { readonly data?: string }[] } | null;
}
const inputOf = ({ input }: StartRequest) =>
  (input?.payloads ?? []).map(({ data }) => Buffer.from(data ?? '', 'base64').toString('utf8')).join();
const bare = (text: string) => text.replaceAll(/\s/g, '');

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

  /** The whole page's text once `text` is on it. */
  async pageWith(text: string | RegExp): Promise<string> {
    await this.page.getByText(text).first().waitFor({ timeout: PATIENCE });
    return this.page.locator('main').innerText();
  }

  async showRun(): Promise<void> {
    await this.page.goto(`${this.#url}/namespaces/default/workflows/${DEFAULT_WORKFLOW_ID}`);
    // What a run that has ended has in its place.
    await this.page
      .getByRole('button', { name: /More Actions|Start Workflow Like This One/ })
      .first()
      .waitFor({ timeout: PATIENCE });
  }

  /** The current details, as the page renders their Markdown: in a frame of its own. */
  async details(): Promise<Locator> {
    await this.showRun();
    await this.page.getByText('User Metadata').click();
    return this.page.frameLocator('iframe').locator('body');
  }

  /** Fills in the start form that `link` leads to, with this input as it is typed; waits for Temporal's answer. */
  async start(link: string, input: string): Promise<void> {
    await waitUntil(() => this.#startOnce(link, input), { forMs: 120_000, everyMs: 500 });
  }

  async #startOnce(link: string, input: string): Promise<void> {
    const answer = { status: 0 };
    // The form takes over what was typed a moment later: a start without it is not let through.
    await this.page.route(/\/api\/v1\/namespaces\/default\/workflows\/[^/]+$/, async (route) => {
      const isStart = route.request().method() === 'POST';
      if (isStart && bare(inputOf(route.request().postDataJSON() as StartRequest)) !== bare(input)) return route.abort();
      const response = await route.fetch();
      if (isStart) answer.status = response.status();
      return route.fulfill({ response });
    });
    try {
      await this.page.goto(link);
      await this.page.getByText('Task Queue is Active').waitFor({ timeout: PATIENCE });
      await this.#type(this.page.locator('.cm-content').first(), input);
      await this.page.getByTestId('start-workflow-button').click({ timeout: PATIENCE });
      await waitUntil(async () => expect(answer.status).toBe(200), { forMs: 5_000, everyMs: 50 });
    } finally {
      await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    }
  }

  /** Sends a signal by the run's own dialog, which describes it so; `input` is JSON. */
  async signal(name: string, describedAs: RegExp, input?: object): Promise<void> {
    await this.#send('Send a Signal', 'signal-select', name, describedAs, input);
  }

  /** Sends an update by the run's own dialog, which describes it so. */
  async update(name: string, describedAs: RegExp, input: object): Promise<void> {
    await this.#send('Send an Update', 'update-select', name, describedAs, input);
  }

  /** The page renews itself now and then, and empties a dialog that is open. */
  async #send(title: string, select: string, name: string, describedAs: RegExp, input?: object): Promise<void> {
    await waitUntil(() => this.#sendOnce(title, select, name, describedAs, input), { forMs: 180_000, everyMs: 500 });
  }

  async #sendOnce(title: string, select: string, name: string, describedAs: RegExp, input?: object): Promise<void> {
    await this.showRun();
    await this.page.getByRole('button', { name: 'More Actions' }).click({ timeout: PATIENCE });
    await this.page.getByRole('menuitem', { name: title }).click({ timeout: PATIENCE });
    const dialog = this.page.getByRole('dialog', { name: title });
    // The input itself is disabled: it shows what was chosen, its surroundings open the list.
    await dialog.locator(`#${select}`).locator('..').click({ timeout: PATIENCE });
    const option = this.page.getByRole('option', { name: new RegExp(`^\\s*${name}`) });
    await option.filter({ hasText: describedAs }).click({ timeout: PATIENCE });
    await this.#type(dialog.locator('.cm-content'), input === undefined ? '' : JSON.stringify(input));
    await dialog.getByRole('button', { name: 'Submit' }).click({ timeout: PATIENCE });
    await dialog.waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  async #type(editor: Locator, text: string): Promise<void> {
    await editor.fill(text, { timeout: PATIENCE });
    // Left, it spreads the JSON over lines: a click that leaves it would miss the button, which moves.
    await editor.blur();
    if (bare(await editor.innerText()) !== bare(text)) throw new Error('The page has lost its input');
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
