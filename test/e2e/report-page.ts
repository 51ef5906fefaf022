import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../src/local/install/find-chromium.ts';

/** A report's page, opened from its file in a real browser without a screen. */
export class ReportPage {
  readonly page: Page;
  /** What the page said in the console, threw, or asked for besides itself. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  static async open(path: string, options: BrowserContextOptions = {}): Promise<ReportPage> {
    const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox'] });
    const page = await (await browser.newContext(options)).newPage();
    const opened = new ReportPage(browser, page);
    const url = `file://${path}`;
    page.on('console', (message) => opened.complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => opened.complaints.push(`error: ${error.message}`));
    page.on('request', (request) => request.url() !== url && opened.complaints.push(`request: ${request.url()}`));
    await page.goto(url);
    return opened;
  }

  /** A CSS property of the body, as the browser computed it. */
  style(property: 'color' | 'background-color'): Promise<string> {
    return this.page.evaluate(`getComputedStyle(document.body).getPropertyValue('${property}')`);
  }

  /** Width of all that the page holds, in CSS pixels: more than the window's means that it scrolls sideways. */
  scrollWidth(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth');
  }

  /** What reaches beyond the page's right edge, but for what scrolls within a box of its own. */
  tooWide(): Promise<string[]> {
    return this.page.evaluate(TOO_WIDE);
  }

  /** The least contrast of any text with what is behind it (WCAG's ratio), and of which text. */
  leastContrast(): Promise<{ readonly ratio: number; readonly text: string }> {
    return this.page.evaluate(LEAST_CONTRAST);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

/** Texts that run in the browser: the project's own types know no document. */
const TOO_WIDE = `[...document.querySelectorAll('body :not(svg *)')]
  .filter((element) => !element.closest('.scroll table') || getComputedStyle(element.closest('.scroll')).overflowX === 'visible')
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((element) => element.tagName.toLowerCase() + ' ' + element.textContent.slice(0, 40))`;

const LEAST_CONTRAST = `(() => {
  const channels = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const linear = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => linear(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  return [...document.querySelectorAll('main :not(svg, svg *)')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== ''))
    .map((element) => {
      const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      return { ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), text: element.textContent.slice(0, 60) };
    })
    .reduce((least, next) => (next.ratio < least.ratio ? next : least));
})()`;
