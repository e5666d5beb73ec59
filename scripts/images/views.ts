import { join } from 'node:path';
import type { BrowserContextOptions, Browser as PlaywrightBrowser } from 'playwright-core';
import { NARROW, newPage, WIDE } from '../../test/support/browser.js';
import type { Client } from '../../test/support/client.js';
import { orders, statement, stations, TASKS } from './examples.js';

/** Where the service is, who looks, and at what. */
export interface Scene {
  origin: string;
  session: { token: string; email: string };
  orders: string;
  stations: string;
  /** An upload that failed. */
  failed: string;
}

type Page = Awaited<ReturnType<typeof newPage>>['page'];

export interface View {
  name: string;
  path(scene: Scene): string;
  /** Makes a state that does not last: holds or replaces answers of the service. */
  prepare?(page: Page, scene: Scene): Promise<unknown>;
  /** Waits for what is to be seen, and opens what is to be open. */
  ready(page: Page): Promise<unknown>;
  /** Without a session. */
  isForGuests?: true;
  /** Something is open, goes on or went wrong: not the page as it is when it is opened. */
  isState?: true;
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

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Opens the question whether the first one of a list is to be deleted. */
async function askToDelete(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Delete / })
    .first()
    .click();
  await page.getByRole('alertdialog').waitFor();
}

const UPLOADS = '**/api/v1/csv-data/uploads/?*';

/** Uploads do not end; other requests do. */
const holdUploads = (page: Page) =>
  page.route(UPLOADS, (route) => (route.request().method() === 'POST' ? undefined : route.continue()));

async function send(page: Page): Promise<void> {
  await choose(page);
  await button(page, 'Upload').click();
}

export const VIEWS: Record<string, View> = {
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
    isState: true,
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
    isState: true,
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
    isState: true,
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
    isState: true,
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
  severalFiles: {
    name: 'several-files',
    path: () => '/uploads',
    ready: async (page) => {
      await choose(page);
      const buffer = Buffer.from('a,b\n1,2\n');
      await page.getByLabel('CSV files').setInputFiles({ name: 'more.csv', mimeType: 'text/csv', buffer });
      await page.getByRole('list', { name: 'Chosen files' }).waitFor();
    },
    isState: true,
  },
  sending: {
    name: 'sending',
    path: () => '/uploads',
    prepare: holdUploads,
    ready: async (page) => {
      await send(page);
      await page.getByRole('list', { name: 'Files on their way' }).waitFor();
    },
    isState: true,
  },
  lostLine: {
    name: 'lost-line',
    path: () => '/uploads',
    prepare: (page) =>
      page.route(UPLOADS, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue())),
    ready: async (page) => {
      await send(page);
      await page.getByText('The connection was lost').waitFor();
    },
    isState: true,
  },
  refusedFile: {
    name: 'refused-file',
    path: () => '/uploads',
    ready: async (page) => {
      const file = { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') };
      await page.getByLabel('CSV files').setInputFiles(file);
      await page.getByText('The file is empty').first().waitFor();
      await button(page, 'Upload').click();
      await page.getByText('The same file would be refused again').waitFor();
    },
    isState: true,
  },
  deleteFile: {
    name: 'delete-file',
    path: () => '/uploads',
    ready: askToDelete,
    isState: true,
  },
  notDeleted: {
    name: 'not-deleted',
    path: () => '/uploads',
    prepare: (page) =>
      page.route('**/api/v1/csv-data/uploads/*/', (route) =>
        route.request().method() === 'DELETE' ? route.abort() : route.continue(),
      ),
    ready: async (page) => {
      await askToDelete(page);
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await page.locator('.toast').waitFor();
    },
    isState: true,
  },
  accountMenu: {
    name: 'account-menu',
    path: () => '/uploads',
    ready: async (page) => {
      await page.getByRole('button', { name: /^Account of / }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    },
    isState: true,
  },
  ingest: {
    name: 'ingest',
    path: ({ orders }) => `/uploads/${orders}`,
    prepare: async (page, { orders }) => {
      await page.route(`**/uploads/${orders}/events/`, () => {});
      await page.route(`**/uploads/${orders}/`, async (route) => {
        const answer = await route.fetch();
        const half = {
          status: 'processing',
          stage: 'loading',
          progress: 42,
          processed_rows: 48_000,
          total_rows: 120_000,
        };
        await route.fulfill({
          response: answer,
          json: { ...(await answer.json()), ...half, total_rows_is_estimate: true },
        });
      });
    },
    ready: (page) => page.getByText('Reading its rows').waitFor(),
    isState: true,
  },
  failed: {
    name: 'failed',
    path: ({ failed }) => `/uploads/${failed}`,
    ready: heading('Why it failed'),
    isState: true,
  },
  rejectsOfFailed: {
    name: 'rejects-of-failed',
    path: ({ failed }) => `/uploads/${failed}/rejects`,
    ready: (page) => page.locator('mark.fault').first().waitFor(),
    isState: true,
  },
  exportMenu: {
    name: 'export-menu',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await button(page, 'Export').click();
      await page.getByRole('menuitem', { name: 'Copy as curl' }).waitFor();
    },
    isState: true,
  },
  command: {
    name: 'command',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await button(page, 'Export').click();
      await page.getByRole('menuitem', { name: 'Copy as curl' }).click();
      await page.getByRole('dialog').waitFor();
    },
    isState: true,
  },
  columnMenu: {
    name: 'column-menu',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await page
        .getByRole('button', { name: /^Menu of / })
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Hide' }).waitFor();
    },
    isState: true,
  },
  columnPicker: {
    name: 'column-picker',
    path: ({ orders }) => `/uploads/${orders}/rows`,
    ready: async (page) => {
      await cell(page);
      await page.getByRole('button', { name: /^Columns shown/ }).click();
      await page.getByRole('dialog').waitFor();
    },
    isState: true,
  },
  taskDetails: {
    name: 'task-details',
    path: () => '/tasks',
    ready: async (page) => {
      await page
        .getByRole('button', { name: /^Description and time of / })
        .first()
        .click();
      await page.getByLabel('Description', { exact: true }).waitFor();
    },
    isState: true,
  },
  deleteTask: {
    name: 'delete-task',
    path: () => '/tasks',
    ready: askToDelete,
    isState: true,
  },
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
  const { page, close } = await open(browser, scene, view, options);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: file, fullPage: isWhole, animations: 'disabled' });
  await close();
}

/** A page that shows a view. */
export async function open(
  browser: PlaywrightBrowser,
  scene: Scene,
  view: View,
  options: BrowserContextOptions,
): ReturnType<typeof newPage> {
  const opened = await newPage(browser, scene.origin, options);
  const { page } = opened;
  if (!view.isForGuests) {
    const session = JSON.stringify(JSON.stringify(scene.session));
    await page.addInitScript(`sessionStorage.setItem('session', ${session})`);
  }
  await view.prepare?.(page, scene);
  await page.goto(view.path(scene));
  await view.ready(page);
  return opened;
}

/** Fills an account with the files and tasks that the views show. @param rows of the long file */
export async function makeScene(origin: string, person: Client & { email: string }, rows?: number): Promise<Scene> {
  const stationsFile = await person.ingest(stations(), 'stations.csv');
  const { body: broken } = await person.upload(stations(), 'stations-strict.csv', '?max_rejects=0');
  await person.untilFinal(broken.id);
  const ordersFile = await person.ingest(orders(rows), 'orders-autumn-2026.csv');
  for (const task of TASKS) await person.post('/tasks/', task);
  return {
    origin,
    session: { token: person.token!, email: person.email },
    orders: ordersFile.id,
    stations: stationsFile.id,
    failed: broken.id,
  };
}
