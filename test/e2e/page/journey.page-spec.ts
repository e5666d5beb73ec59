import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchGate } from '../../support/batch-gate.js';
import { NARROW, newPage, startBrowser, violationsOf, WIDE } from '../../support/browser.js';
import { Service } from '../../support/service.js';

// The whole way of somebody new, by the page alone, against the real service.

let service: Service;
let browser: Browser;
let view: Awaited<ReturnType<typeof newPage>>;
const page = () => view.page;

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  view = await newPage(browser, service.api.url, { permissions: ['clipboard-read', 'clipboard-write'] });
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const ADA = { email: 'ada@example.org', password: 'violet-harbour-29-lamps' };
const CITIES = ['Paris', 'Rome', 'Oslo', 'Lima', 'Kyoto'];
const ROWS = 100_000;

/** 100,000 orders: a number, a city, a price, a day, and a note that is often empty. */
const orders = () => {
  const lines = ['Order;City;Unit Price;Day;Note'];
  for (let row = 1; row <= ROWS; row += 1) {
    const day = String((row % 28) + 1).padStart(2, '0');
    lines.push(`${row};${CITIES[row % 5]};${row % 1000},50;2026-10-${day};${row % 4 === 0 ? `note ${row}` : ''}`);
  }
  return `${lines.join('\n')}\n`;
};

/** A page is there when it is there; the machine may be busy. */
const until = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000 });
const cell = (row: number, column: number) =>
  page().locator(`[role=row][aria-rowindex="${row + 2}"] > [aria-colindex="${column + 2}"]`);
const rowCount = () => page().locator('.statusbar [role=status] strong');
/** Chooses a file, and waits for its preview. */
const choose = async (name: string, content: string) => {
  await page()
    .getByLabel('CSV files')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page()
    .getByText(/ % sure$/)
    .waitFor();
};
const upload = async (name: string, content: string) => {
  await choose(name, content);
  await page().getByRole('button', { name: 'Upload', exact: true }).click();
};
const filters = () => JSON.parse(new URL(page().url()).searchParams.get('filters') ?? 'null');

describe('the page', () => {
  it.each(['/nowhere', '/uploads/019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c/nowhere', '/tasks/nowhere'])(
    'says at %s that there is nothing, and leads on',
    async (path) => {
      const answer = await page().goto(path);
      expect(answer!.status()).toBe(404);
      await page().getByRole('heading', { name: 'There is nothing here' }).waitFor();
      expect(await violationsOf(page())).toEqual([]);
      await page().getByRole('link', { name: 'Go to your files' }).click();
      await page().getByRole('heading', { name: 'Sign in' }).waitFor();
    },
  );

  it('leads somebody without a session to the sign-in, and from there to the registration', async () => {
    await page().goto('/tasks');
    await page().getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page().url()).searchParams.get('next')).toBe('/tasks');
    await page().getByRole('link', { name: 'Register' }).click();
    // The sign-in has fields of the same names, and stays until this page is loaded.
    await page().getByRole('heading', { name: 'Register' }).waitFor();
    await page().getByLabel('E-mail address').fill(ADA.email);
    await page().getByLabel('Password').fill('password123');
    await page().getByRole('button', { name: 'Create the account' }).click();
    await page()
      .getByText(/^This .*(guess|common)/)
      .waitFor();
    await page().getByLabel('Password').fill(ADA.password);
    await page().getByRole('button', { name: 'Create the account' }).click();
    await page().getByRole('heading', { name: 'Tasks' }).waitFor();
  });

  it('shows how a file would be read before anything is stored, and reads it anew with another delimiter', async () => {
    await page().getByRole('link', { name: 'Files' }).click();
    await page().getByText('You have no files yet').waitFor();
    await choose('pipes.csv', 'Price list\na,b|c\n1,5|2\n2,5|3\n');
    await page().getByLabel('Delimiter', { exact: true }).selectOption(',');
    await until(() => page().getByLabel('Name of column 2').inputValue()).toBe('b|c');
    await page().getByLabel('Delimiter', { exact: true }).selectOption('|');
    await until(() => page().getByLabel('Name of column 1').inputValue()).toBe('a,b');
    expect(await page().locator('.preview-table td').allTextContents()).toEqual(['1.5', '2', '2.5', '3']);
    await page().getByText('Price list').waitFor();
    expect(await page().getByText('You have no files yet').count()).toBe(1);
  });

  it('names a column and declares its type in the preview, and stores the file so', async () => {
    await page().getByLabel('Name of column 2').fill('Count, all');
    await page().getByLabel('Type of column 2').selectOption('text');
    await until(() => page().locator('.column-note').nth(1).textContent()).toBe('count_all');
    await page().getByLabel('Date format').fill('nonsense');
    await page()
      .getByText(/^Date format must/)
      .waitFor();
    await page().getByLabel('Date format').fill('');
    await page()
      .getByText(/^Date format must/)
      .waitFor({ state: 'hidden' });
    await page().getByRole('button', { name: 'Upload', exact: true }).click();
    await page().getByRole('heading', { name: 'pipes.csv' }).waitFor();
    await page().getByText('pipe (|)').waitFor();
    await page().getByRole('link', { name: 'Rows' }).click();
    await until(() => cell(0, 0).textContent()).toBe('1,5');
    await page().getByRole('button', { name: 'Count, all', exact: true }).waitFor();
    await page().getByRole('link', { name: 'Columns' }).click();
    const told = page().locator('.profile', { has: page().getByRole('heading', { name: 'Count, all' }) });
    await until(() => told.locator('.type').textContent()).toBe('text');
  });

  it('shows the lines that an option leaves out, says how a file is read otherwise, and marks line breaks in cells', async () => {
    await page().getByRole('link', { name: 'Files' }).click();
    await choose('lines.csv', 'a,b\n1,"two\nlines"\n2,x\nSum,3\n');
    await page().getByText('More options').click();
    await page().getByLabel('Skip records of footer').fill('1');
    await page().getByText('Skip records of footer leaves out the last record').waitFor();
    await page().getByRole('button', { name: 'Upload', exact: true }).click();
    await page().getByRole('heading', { name: 'lines.csv' }).waitFor();
    await until(() => page().locator('.faults .file-lines').textContent()).toBe('Sum,3');
    await page().getByRole('heading', { name: 'Was it read wrongly?' }).waitFor();
    await page().getByRole('link', { name: 'Rows' }).click();
    await until(() => cell(0, 1).textContent()).toBe('two ↵ lines');
  });

  it('uploads a file, shows how it is read, and its rows when they are stored', async () => {
    await page().getByRole('link', { name: 'Files' }).click();
    // Ten batches of 10,000 rows. The gate stops the ingest between them, so that the page must show each halt.
    const gate = await BatchGate.closed(service.database.url);
    const share = async () =>
      Number(await page().getByRole('progressbar', { name: 'Read of the file' }).getAttribute('value'));
    await upload('orders.csv', orders());
    await page().getByRole('heading', { name: 'orders.csv' }).waitFor();
    await gate.untilWaiting(1);
    expect(await share()).toBe(0);
    await gate.openUpTo(2);
    await until(share).toBeGreaterThan(0);
    const early = await share();
    await gate.openUpTo(6);
    await until(share).toBeGreaterThan(early);
    expect(await share()).toBeLessThan(1);
    await gate.openUpTo(200);
    await gate.remove();
    await page().getByRole('link', { name: 'Rows' }).click();
    await cell(0, 1).waitFor();
    expect(await rowCount().textContent()).toBe('100,000');
    expect(await cell(0, 1).textContent()).toBe('Rome');
    expect(await cell(0, 4).textContent()).toBe('empty');
    expect(await cell(3, 4).textContent()).toBe('note 4');
  });

  it('goes to row 90,000, by the address too, and to the last row by the keyboard', async () => {
    await page().getByLabel('Go to row').fill('90000');
    await page().getByLabel('Go to row').press('Enter');
    await until(() => cell(89_999, 0).textContent()).toBe('90000');
    expect(new URL(page().url()).searchParams.get('row')).toBe('90000');
    await page().reload();
    await until(() => cell(89_999, 0).textContent()).toBe('90000');
    await page().getByRole('grid').focus();
    await page().keyboard.press('Control+End');
    await until(() => cell(99_999, 0).textContent()).toBe('100000');
  });

  it('sorts by a click, and more columns with the shift key', async () => {
    await page().getByRole('button', { name: 'Unit Price', exact: true }).click();
    await until(() => cell(0, 2).textContent()).toBe('0,50');
    await page().getByRole('button', { name: 'Unit Price', exact: true }).click();
    await until(() => cell(0, 2).textContent()).toBe('999,50');
    await page()
      .getByRole('button', { name: 'Order', exact: true })
      .click({ modifiers: ['Shift'] });
    await until(() => new URL(page().url()).searchParams.get('sort_by')).toBe('-unit_price,order');
    await until(() => cell(0, 0).textContent()).toBe('999');
  });

  it('filters by ticked values, and by alternatives', async () => {
    await page().getByRole('button', { name: 'Filter', exact: true }).click();
    await page().getByLabel('Column', { exact: true }).selectOption('city');
    await page().getByLabel('Operator').selectOption('in');
    await page().getByRole('checkbox', { name: 'Paris' }).check();
    await page().getByRole('checkbox', { name: 'Rome' }).check();
    await page().getByRole('button', { name: 'Apply' }).click();
    await until(() => rowCount().textContent()).toBe('40,000');
    expect(filters()).toEqual({ city: { in: ['Paris', 'Rome'] } });

    await page().getByRole('button', { name: 'Filter', exact: true }).click();
    await page().getByLabel('Column', { exact: true }).selectOption('unit_price');
    await page().getByLabel('Operator').selectOption('gte');
    await page().getByLabel('Value').fill('900');
    await page().getByRole('button', { name: 'Or', exact: true }).click();
    const second = page().locator('.condition').nth(1);
    await second.getByLabel('Column', { exact: true }).selectOption('note');
    await second.getByLabel('Operator').selectOption('is_null');
    await second.getByLabel('Value').selectOption('false');
    await page().getByRole('button', { name: 'Apply' }).click();
    const expected = Array.from({ length: ROWS }, (_, at) => at + 1).filter(
      (row) => row % 5 < 2 && (row % 1000 >= 900 || row % 4 === 0),
    ).length;
    await until(() => rowCount().textContent()).toBe(expected.toLocaleString('en-US'));
    expect(filters().$or).toEqual([{ unit_price: { gte: '900' } }, { note: { is_null: false } }]);
    await page().goBack();
    await until(() => rowCount().textContent()).toBe('40,000');
    await page()
      .getByRole('button', { name: /^Remove the filter: City/ })
      .click();
    await until(() => rowCount().textContent()).toBe('100,000');
  });

  it('searches in all columns and marks the hits', async () => {
    await page().getByLabel('Search all columns').fill('NOTE 777');
    const hits = Array.from({ length: ROWS }, (_, at) => at + 1).filter(
      (row) => row % 4 === 0 && `${row}`.startsWith('777'),
    );
    await until(() => rowCount().textContent()).toBe(String(hits.length));
    // The numbers of rows are those of the file, so what is jumped to is told by its place among the matches.
    expect(await page().getByLabel('Go to match').getAttribute('placeholder')).toBe(`1–${hits.length}`);
    await until(() => page().locator('.grid mark').first().textContent()).toBe('note 777');
  });

  it('copies the question as a command, and saves what is seen', async () => {
    await page().getByRole('button', { name: 'Export' }).click();
    await page().getByRole('menuitem', { name: 'Copy as curl' }).click();
    await page().getByText('It is in the clipboard').waitFor();
    expect(await page().evaluate('navigator.clipboard.readText()')).toContain("--data-urlencode 'search=NOTE 777'");
    expect(await violationsOf(page())).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      page().getByRole('menuitem', { name: 'CSV, exactly as in the file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('orders.csv');
    const saved = await readFile(await download.path(), 'utf8');
    expect(saved.trim().split('\n')).toHaveLength(1 + Number(await rowCount().textContent()));
  });

  it('hides and moves columns, and shows a row in full', async () => {
    await page().getByRole('button', { name: 'Menu of Unit Price' }).click();
    await page().getByRole('menuitem', { name: 'Hide' }).click();
    await until(() => new URL(page().url()).searchParams.get('columns')).toBe('order,city,day,note');
    await page().getByRole('button', { name: 'Menu of City' }).click();
    await page().getByRole('menuitem', { name: 'Move left' }).click();
    await until(() => new URL(page().url()).searchParams.get('columns')).toBe('city,order,day,note');
    await page().getByRole('grid').focus();
    await page().keyboard.press('Enter');
    const dialog = page().getByRole('dialog', { name: /^Row/ });
    await dialog.getByText('Unit Price').waitFor();
    await page().keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('shows what is in a column, and leads from a value to its rows', async () => {
    await page().getByRole('link', { name: 'Columns' }).click();
    const price = page().locator('.profile', { hasText: 'unit_price' });
    await price.getByRole('list', { name: 'Histogram of Unit Price' }).waitFor();
    await page().locator('.profile', { hasText: 'Oslo' }).getByRole('link', { name: /Oslo/ }).click();
    await until(() => rowCount().textContent()).toBe('20,000');
  });

  it('offers what a file may be instead, shows warnings on their lines, and takes several files', async () => {
    await page().getByRole('link', { name: 'Files' }).click();
    await choose('doubtful.csv', 'a;b,c\n1;2,3\n4;5,6\n7;8,9\n');
    const alternatives = page().locator('.alternative');
    const words = (await alternatives.first().textContent())!.replace(/ \d+ %$/, '');
    const before = await page().locator('.preview-verdict').textContent();
    await alternatives.first().focus();
    await page().keyboard.press('Enter');
    await until(() => page().locator('.preview-verdict').textContent()).not.toBe(before);
    expect(await page().getByLabel('Delimiter', { exact: true }).locator('option:checked').textContent()).toBe(words);

    await page()
      .getByLabel('CSV files')
      .setInputFiles([
        { name: 'broken.csv', mimeType: 'text/csv', buffer: Buffer.from(`a,b\n${'1,2\n'.repeat(50)}3\n4,5\n`) },
        { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') },
      ]);
    const chosen = page().getByRole('list', { name: 'Chosen files' });
    await chosen.getByRole('button', { name: /^broken.csv/ }).click();
    await until(() => page().locator('.excerpt').first().textContent()).toBe('line 523');
    await chosen.getByRole('button', { name: /^empty.csv/ }).click();
    await page().getByText('The file is empty').first().waitFor();
    expect(await violationsOf(page())).toEqual([]);
    for (const name of ['broken.csv', 'empty.csv'])
      await page()
        .getByRole('button', { name: `Do not upload ${name}` })
        .click();
    await page().getByRole('button', { name: 'Cancel', exact: true }).click();
    await until(() => page().locator('.preview').count()).toBe(0);

    await choose('nearly.csv', `a,b\n${'1,2\n'.repeat(99)}3,about 4\n`);
    await until(() => page().locator('.faults li').count()).toBe(1);
    expect(await page().locator('.faults .excerpt').textContent()).toBe('line 1013,about 4');
    await page().getByRole('button', { name: 'Read about 4 as empty' }).click();
    await until(() => page().getByLabel('Type of column 2').locator('option:checked').textContent()).toBe('integer');
    await page().getByRole('button', { name: 'Cancel', exact: true }).click();
    await until(() => page().locator('.preview').count()).toBe(0);
  });

  it('tells a column anew, shows what is in the way of a type, and says where numbers are compared as texts', async () => {
    const prices = Array.from({ length: 40 }, (_, at) => `p${at + 1};${at === 2 ? 'n/a' : `${at * 3},25`}`);
    await page().getByRole('link', { name: 'Files' }).click();
    await upload('prices.csv', `Product;Price\n${prices.join('\n')}\n`);
    await page().getByRole('heading', { name: 'prices.csv' }).waitFor();
    await page().getByRole('link', { name: 'Rows' }).click();
    await page().getByRole('button', { name: 'Price', exact: true }).click();
    await page().getByText('compared by their characters').waitFor();
    await until(() => cell(2, 1).textContent()).toBe('105,25');
    await page().getByRole('link', { name: 'Change its type' }).click();

    const price = page().locator('.profile', { has: page().getByRole('heading', { name: 'Price' }) });
    await price.getByText('would be number but for 1 value: row 3, n/a').waitFor();
    await price.getByRole('button', { name: 'Change Price' }).click();
    await price.getByLabel('Type').selectOption('number');
    await price.getByRole('button', { name: 'Save' }).click();
    await price.getByText('1 cell does not fit. The first: row 3, n/a').waitFor();
    expect(await violationsOf(page())).toEqual([]);
    await price.getByRole('button', { name: 'Read this text as empty' }).click();
    await price.getByLabel('Name').fill('Price in EUR');
    await price.getByRole('button', { name: 'Save' }).click();
    const told = page().locator('.profile', { has: page().getByRole('heading', { name: 'Price in EUR' }) });
    await told.getByText('as in 1234,56').waitFor();
    await until(() => told.locator('.type').textContent()).toBe('number');
    await page().getByRole('link', { name: 'Rows' }).click();
    await page().getByRole('button', { name: 'Price in EUR', exact: true }).click();
    await until(() => cell(2, 1).textContent()).toBe('9,25');
    expect(await page().getByText('compared by their characters').count()).toBe(0);
  });

  it('shows the rejects of another file with the spot, and saves them', async () => {
    const broken = `a,b\n${'1,2\n'.repeat(50)}3,4,surplus\n"5"x,6\n`;
    await page().getByRole('link', { name: 'Files' }).click();
    await upload('broken.csv', broken);
    await page()
      .getByRole('link', { name: /^Rejects/ })
      .click();
    await page().getByText('Line 52').waitFor();
    expect(await page().locator('mark.fault').first().textContent()).toBe(',surplus');
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      page().getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain('3,4,surplus');
  });

  it('adds, changes and completes a task, and tells when another tab was faster', async () => {
    await page().getByRole('link', { name: 'Tasks' }).click();
    await page().getByLabel('New task').fill('Water the plants');
    await page().getByLabel('Due on').fill('2026-10-01');
    await page().getByRole('button', { name: 'Add' }).click();
    await page().getByText('Overdue', { exact: true }).last().waitFor();

    // A second tab finds the session of the first.
    const other = await page().context().newPage();
    await other.goto('/tasks');
    await other.getByRole('button', { name: 'Change the title: Water the plants' }).waitFor();
    await page().getByLabel('Priority of Water the plants').selectOption('high');
    await until(() => page().getByLabel('Priority of Water the plants').inputValue()).toBe('high');
    await other.getByLabel('Priority of Water the plants').selectOption('low');
    await other.getByText('The task was changed elsewhere').waitFor();
    await until(() => other.getByLabel('Priority of Water the plants').inputValue()).toBe('high');
    await other.close();

    await page().getByRole('checkbox', { name: 'Completed: Water the plants' }).click();
    await page().getByText('Nothing is left to do').waitFor();
    await page().getByRole('link', { name: 'Completed' }).click();
    await page().getByRole('checkbox', { name: 'Completed: Water the plants' }).waitFor();
  });

  it('signs out in every tab, and a forgotten password is chosen anew by mail', async () => {
    const other = await page().context().newPage();
    await other.goto('/uploads');
    await other.getByRole('heading', { name: 'Files' }).waitFor();
    await page()
      .getByRole('button', { name: `Account of ${ADA.email}` })
      .click();
    await page().getByRole('menuitem', { name: 'Sign out' }).click();
    for (const tab of [page(), other]) await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.close();

    await page().getByRole('link', { name: 'Forgot your password?' }).click();
    // The sign-in has a field of the same name, and stays until this page is loaded.
    await page().getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page().getByLabel('E-mail address').fill(ADA.email);
    await page().getByRole('button', { name: 'Send the mail' }).click();
    await page().getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    const [mail] = await service.inbox.waitForExactly(1, ({ subject }) => subject === 'Choose a new password');
    const link = /\S*\/reset-password#token=\S+/.exec(mail!.text)![0];
    await page().goto(link);
    await page().getByLabel('New password').fill('amber-meadow-61-clocks');
    await page().getByRole('button', { name: 'Change the password' }).click();
    await page().getByRole('link', { name: 'Sign in' }).click();
    await page().getByLabel('E-mail address').fill(ADA.email);
    await page().getByLabel('Password').fill('amber-meadow-61-clocks');
    await page().getByRole('button', { name: 'Sign in' }).click();
    await page().getByRole('link', { name: 'orders.csv' }).waitFor();
  });

  // A test for each, because axe-core looks at eleven pages in each, which takes long on a busy machine.
  it.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const)('has no barrier that axe-core finds, in the %s theme at %o', async (colorScheme, viewport) => {
    const [upload] = (await page().getByRole('link', { name: 'orders.csv' }).getAttribute('href'))!.match(
      /[0-9a-f-]{36}/,
    )!;
    const session = await page().evaluate("sessionStorage.getItem('session')");
    const own = await newPage(browser, service.api.url, { colorScheme, viewport });
    for (const path of ['/sign-in', '/register', '/forgot-password', '/reset-password']) {
      await own.page.goto(path);
      await own.page.getByRole('heading').first().waitFor();
      expect([path, await violationsOf(own.page)]).toEqual([path, []]);
    }
    await own.page.evaluate(`sessionStorage.setItem('session', ${JSON.stringify(session)})`);
    for (const path of [
      '/uploads',
      '/tasks',
      '/account',
      ...['', '/rows', '/columns', '/rejects'].map((end) => `/uploads/${upload}${end}`),
    ]) {
      await own.page.goto(path);
      await own.page.getByRole('heading').first().waitFor();
      if (path.endsWith('/rows')) await own.page.locator('#cell-0-0').waitFor();
      if (path === '/uploads') {
        const file = Buffer.from(`About prices\na;b;c\n${'1;2,5;x\n'.repeat(50)}1;2\n`);
        await own.page.getByLabel('CSV files').setInputFiles({ name: 'look.csv', mimeType: 'text/csv', buffer: file });
        await own.page.locator('.excerpt').first().waitFor();
        await own.page.getByText('More options').click();
      }
      expect([path, await own.page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, viewport.width]);
      expect([colorScheme, path, await violationsOf(own.page)]).toEqual([colorScheme, path, []]);
    }
    expect(own.faults).toEqual([]);
    await own.close();
  });

  it('broke no rule of its own policy and threw no error', () => {
    expect(view.faults).toEqual([]);
  });
});
