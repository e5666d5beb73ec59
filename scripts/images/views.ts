import { join } from 'node:path';
import type { BrowserContextOptions, Browser as PlaywrightBrowser } from 'playwright-core';
import { NARROW, newPage, WIDE } from '../../test/support/browser.js';
import { statement } from './examples.js';

/** Where the service is, who looks, and at what. */
export interface Scene {
  origin: string;
  session: { token: string; email: string };
  orders: string;
  stations: string;
}

type Page = Awaited<ReturnType<typeof newPage>>['page'];

interface View {
  name: string;
  path(scene: Scene): string;
  /** Waits for what is to be seen, and opens what is to be open. */
  ready(page: Page): Promise<unknown>;
  /** Without a session. */
  isForGuests?: true;
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).waitFor();
const cell = (page: Page) => page.locator('#cell-0-0').waitFor();
const QUESTION = new URLSearchParams({
  filters: JSON.stringify({
    city: { in: ['Paris', 'Rome'] },
    $or: [{ unit_price: { gte: '40' } }, { status: 'returned' }],
  }),
  search: 'grace',
  sort_by: '-unit_price',
});

async function choose(page: Page): Promise<void> {
  const buffer = Buffer.from(statement(), 'latin1');
  await page.getByLabel('CSV files').setInputFiles({ name: 'statement.csv', mimeType: 'text/csv', buffer });
  await page.getByText(/ % sure$/).waitFor();
  await page.locator('.preview-table td').first().waitFor();
}

const VIEWS: Record<string, View> = {
  signIn: { name: 'sign-in', path: () => '/sign-in', ready: heading('Sign in'), isForGuests: true },
  register: { name: 'register', path: () => '/register', ready: heading('Register'), isForGuests: true },
  forgotten: {
    name: 'forgot-password',
    path: () => '/forgot-password',
    ready: heading('Forgot your password?'),
    isForGuests: true,
  },
  reset: {
    name: 'reset-password',
    path: () => '/reset-password',
    ready: heading('Choose a new password'),
    isForGuests: true,
  },
  nothing: { name: 'nothing', path: () => '/nowhere', ready: heading('There is nothing here'), isForGuests: true },
  files: { name: 'files', path: () => '/uploads', ready: (page) => page.locator('.upload-line').first().waitFor() },
  preview: { name: 'preview', path: () => '/uploads', ready: choose },
  options: {
    name: 'options',
    path: () => '/uploads',
    ready: async (page) => {
      await choose(page);
      await page.getByText('More options').click();
    },
  },
  rows: { name: 'rows', path: ({ orders }) => `/uploads/${orders}/rows?${QUESTION}`, ready: cell },
  allRows: { name: 'all-rows', path: ({ orders }) => `/uploads/${orders}/rows`, ready: cell },
  row: {
    name: 'row',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await page.getByRole('button', { name: /^Show row 2 / }).click();
      await page.getByRole('dialog').getByText('Customer Name').waitFor();
    },
  },
  filter: {
    name: 'filter',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await page.getByLabel('Column', { exact: true }).selectOption('city');
      await page.getByLabel('Operator').selectOption('in');
      await page.getByRole('checkbox', { name: 'Paris' }).check();
    },
  },
  noRows: {
    name: 'no-rows',
    path: ({ orders }) => `/uploads/${orders}/rows?search=zzzzzz`,
    ready: (page) => page.getByText('No row matches').waitFor(),
  },
  columns: {
    name: 'columns',
    path: ({ orders }) => `/uploads/${orders}/columns`,
    ready: (page) => page.locator('.histogram').first().waitFor(),
  },
  column: {
    name: 'column',
    path: ({ orders }) => `/uploads/${orders}/columns`,
    ready: async (page) => {
      await page.locator('.histogram').first().waitFor();
      await page.getByRole('button', { name: 'Change Unit Price' }).click();
    },
  },
  rejects: {
    name: 'rejects',
    path: ({ stations }) => `/uploads/${stations}/rejects`,
    ready: (page) => page.locator('mark.fault').first().waitFor(),
  },
  about: { name: 'about', path: ({ stations }) => `/uploads/${stations}`, ready: heading('The file') },
  tasks: { name: 'tasks', path: () => '/tasks', ready: (page) => page.locator('.task').first().waitFor() },
  noTasks: { name: 'no-tasks', path: () => '/tasks?show=completed', ready: (page) => page.locator('.empty').waitFor() },
  account: { name: 'account', path: () => '/account', ready: (page) => page.getByText('Since').waitFor() },
};

const SHOTS = {
  rows: [VIEWS.rows!, { viewport: { width: 1240, height: 620 }, colorScheme: 'light' }],
  columns: [VIEWS.columns!, { viewport: { width: 1100, height: 820 }, colorScheme: 'dark' }],
  rejects: [VIEWS.rejects!, { viewport: { width: 900, height: 400 }, colorScheme: 'light' }],
  tasks: [VIEWS.tasks!, { viewport: { width: 900, height: 560 }, colorScheme: 'dark' }],
} satisfies Record<string, [View, BrowserContextOptions]>;

/** The four images of the README. */
export async function takeImages(browser: PlaywrightBrowser, scene: Scene, folder: string): Promise<void> {
  for (const [name, [view, options]] of Object.entries(SHOTS))
    await take(browser, scene, view, options, join(folder, `${name}.png`), false);
}

/** Each view in both themes, on a screen and on a telephone, to be looked at. */
export async function takeEveryView(browser: PlaywrightBrowser, scene: Scene, folder: string): Promise<void> {
  for (const view of Object.values(VIEWS))
    for (const viewport of [WIDE, NARROW])
      for (const colorScheme of ['light', 'dark'] as const) {
        const file = join(folder, `${view.name}-${viewport.width}-${colorScheme}.png`);
        await take(browser, scene, view, { viewport, colorScheme }, file, true);
      }
}

async function take(
  browser: PlaywrightBrowser,
  scene: Scene,
  view: View,
  options: BrowserContextOptions,
  file: string,
  isWhole: boolean,
): Promise<void> {
  const { page, close } = await newPage(browser, scene.origin, options);
  if (!view.isForGuests) {
    const session = JSON.stringify(JSON.stringify(scene.session));
    await page.addInitScript(`sessionStorage.setItem('session', ${session})`);
  }
  await page.goto(view.path(scene));
  await view.ready(page);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: file, fullPage: isWhole, animations: 'disabled' });
  await close();
}
