import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type BrowserContextOptions, type Browser as PlaywrightBrowser, chromium as playwright } from 'playwright-core';
import { chromium } from '../../scripts/servers/index.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** A Chromium without a window, which asks nobody but the page. @param more arguments of its command line */
export async function startBrowser(more: readonly string[] = []): Promise<PlaywrightBrowser> {
  const { command, env } = await chromium(console.log);
  return playwright.launch({
    executablePath: command,
    env: env as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

/** A page of its own session. Whatever the page reports as an error is collected. */
export async function newPage(browser: PlaywrightBrowser, url: string, options: BrowserContextOptions = {}) {
  // The policy of the page would refuse the script of axe, and the test of the policy itself reads the header.
  const context = await browser.newContext({ baseURL: url, viewport: WIDE, acceptDownloads: true, ...options });
  // The dialog of the system cannot be driven; without it the page saves as a plain download.
  await context.addInitScript('delete window.showSaveFilePicker');
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return { page, faults, close: () => context.close() };
}

type Page = Awaited<ReturnType<typeof newPage>>['page'];

/** What axe-core finds wrong with a page, in its current theme. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Through the debugger, which the policy of the page does not bind.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary?.slice(0, 200)}`),
  );
}
