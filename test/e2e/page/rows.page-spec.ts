import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPage, startBrowser, violationsOf } from '../../support/browser.js';
import type { Client } from '../../support/client.js';
import { Service } from '../../support/service.js';

// The views of one file, each opened by its address: what the journey does not come by.

let service: Service;
let browser: Browser;
let client: Client & { email: string };
let view: Awaited<ReturnType<typeof newPage>>;
const page = () => view.page;

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  client = await service.client.withAccount();
  view = await newPage(browser, service.api.url);
  await page().goto('/sign-in');
  await page().evaluate(`sessionStorage.setItem('session', ${session()})`);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** As a text of JavaScript. */
const session = () => JSON.stringify(JSON.stringify({ token: client.token, email: client.email }));
/** A page is there when it is there; the machine may be busy. */
const until = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000 });
const cell = (row: number, column: number) =>
  page().locator(`[role=row][aria-rowindex="${row + 2}"] > [aria-colindex="${column + 2}"]`);
const rowCount = () => page().locator('.statusbar [role=status] strong');
const parameter = (name: string) => new URL(page().url()).searchParams.get(name);
const open = async (id: string, end: string) => {
  await page().goto(`/uploads/${id}/${end}`);
  await page().getByRole('heading').first().waitFor();
};
const openRows = async (id: string, query = '') => {
  await open(id, `rows${query}`);
  await cell(0, 0).waitFor();
};

describe('the rows', () => {
  it('are filtered by a column whose menu opens the form with the cursor in the value', async () => {
    const { id } = await client.ingest('city,stars\nOslo,5\nRoma,3\nRiga,4\n');
    await openRows(id);
    await page().getByRole('button', { name: 'Menu of stars' }).click();
    await page().getByRole('menuitem', { name: 'Filter…' }).click();
    await page().getByLabel('Value').waitFor();
    await until(() => page().evaluate(`document.activeElement?.getAttribute('aria-label')`)).toBe('Value');
    await page().keyboard.type('4');
    await page().keyboard.press('Enter');
    await until(() => parameter('filters')).toBe('{"stars":"4"}');
    await until(() => rowCount().textContent()).toBe('1');
  });

  it('are those whose numbers are ticked, where the file writes numbers otherwise than JSON', async () => {
    // 1,234 is one and a bit, 1.234,00 a thousand and more.
    const prices = [...Array(20).fill('12.345,67'), ...Array(3).fill('1,234'), ...Array(2).fill('1.234,00')];
    const { id, columns } = await client.ingest(`Name;Price\n${prices.map((price) => `a;${price}`).join('\n')}\n`);
    expect(columns[1]).toMatchObject({ type: 'number', format: '1.234,56' });
    await openRows(id);
    await page().getByRole('button', { name: 'Filter', exact: true }).click();
    await page().getByLabel('Column', { exact: true }).selectOption('price');
    await page().getByLabel('Operator').selectOption('in');
    await page().getByRole('checkbox', { name: '1,234' }).check();
    await page().getByRole('button', { name: 'Apply' }).click();
    await until(() => rowCount().textContent()).toBe('3');
    expect(JSON.parse(parameter('filters')!)).toEqual({ price: { in: [1.234] } });
    await page().getByRole('button', { name: 'Price is any of 1,234', exact: true }).waitFor();
  });

  it('show as empty what stands for no value', async () => {
    const { id } = await client.ingest('a,b\n1,NA\n2,\n3,x\n', 'nulls.csv', '?null_values=NA');
    await openRows(id);
    await until(() => cell(0, 1).textContent()).toBe('empty');
    expect(await cell(0, 1).locator('span').getAttribute('title')).toBe('NA in the file');
    expect(await cell(1, 1).textContent()).toBe('empty');
    expect(await cell(2, 1).textContent()).toBe('x');
    await page().getByRole('button', { name: 'Show row 1 in full' }).click();
    await until(() => page().locator('.row-value dd').nth(1).textContent()).toBe('empty');
    await page().keyboard.press('Escape');
    await page().getByLabel('Search all columns').fill('na');
    await until(() => page().locator('.grid mark').first().textContent()).toBe('NA');
  });

  describe('of a big file', () => {
    const ROWS = 30_000;
    let id: string;
    beforeAll(async () => {
      const lines = Array.from({ length: ROWS }, (_, row) => `${row + 1},${row % 7},note ${row + 1}`);
      id = (await client.ingest(`n,rest,note\n${lines.join('\n')}\n`, 'big.csv')).id;
    });
    const grid = () => page().getByRole('grid');
    const focused = () =>
      page().evaluate(
        "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
      );
    const isTheSameGrid = () => page().evaluate("document.querySelector('.grid').dataset.mark === 'same'");
    const markGrid = () => page().evaluate("void (document.querySelector('.grid').dataset.mark = 'same')");

    it('stay, with place and focus, while columns are hidden and moved', async () => {
      await openRows(id);
      await page().getByLabel('Go to row').fill('20000');
      await page().getByLabel('Go to row').press('Enter');
      await until(() => cell(19_999, 0).textContent()).toBe('20000');
      await markGrid();
      await page().getByRole('button', { name: 'Menu of note' }).press('Enter');
      await page().getByRole('menuitem', { name: 'Move left' }).press('Enter');
      await until(() => parameter('columns')).toBe('n,note,rest');
      await until(() => cell(19_999, 1).textContent()).toBe('note 20000');
      await until(focused).toBe('Menu of note');
      await page().getByRole('menuitem').first().waitFor({ state: 'detached' });
      await page().getByRole('button', { name: 'Menu of rest' }).press('Enter');
      await page().getByRole('menuitem', { name: 'Hide' }).press('Enter');
      await until(() => parameter('columns')).toBe('n,note');
      await until(focused).toBe('Rows');
      expect(await cell(19_999, 0).textContent()).toBe('20000');
      expect(await isTheSameGrid()).toBe(true);
    });

    it('of another question come in place of those before, from the top, and the focus stays in the head', async () => {
      await open(id, 'rows?row=20000');
      await until(() => cell(19_999, 0).textContent()).toBe('20000');
      await markGrid();
      // The answer is held back, so that what is shown meanwhile can be looked at.
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const hold = async (route: Route) => {
        await held;
        await route.continue();
      };
      await page().route(/\/data\/\?.*sort_by=-?n/, hold);
      await page().getByRole('button', { name: 'n', exact: true }).press('Enter');
      await until(() => parameter('sort_by')).toBe('n');
      await page().getByRole('button', { name: 'n', exact: true }).press('Enter');
      await until(() => parameter('sort_by')).toBe('-n');
      await until(() => grid().getAttribute('aria-busy')).toBe('true');
      expect(await cell(19_999, 0).textContent()).toBe('20000');
      release();
      await until(() => cell(0, 0).textContent()).toBe(String(ROWS));
      await page().unroute(/\/data\/\?.*sort_by=-?n/, hold);
      expect(await isTheSameGrid()).toBe(true);
      expect(await focused()).toBe('n');
      expect(await grid().getAttribute('aria-busy')).toBe('false');
    });

    it.each([
      ['abc', '1'],
      ['0', '1'],
      ['999999999', String(ROWS)],
    ])('are there also for an address with row=%s', async (row, shown) => {
      await open(id, `rows?row=${row}`);
      await until(() => page().locator('.grid-cell[id^=cell-]').first().textContent()).toBe(shown);
    });

    it.each([
      ['too low', 500],
      ['too high', 4_000_000],
    ])('are all reached where their number was estimated %s', async (_how, estimate) => {
      const pattern = /\/data\/\?.*count=exact/;
      await page().route(pattern, async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        Object.assign(body.pagination, { total_count: estimate, total_count_is_estimate: true });
        await route.fulfill({ response: answer, json: body });
      });
      await openRows(id);
      await until(() => page().locator('.statusbar [role=status]').textContent()).toContain('about');
      await grid().focus();
      await expect
        .poll(
          async () => {
            await page().keyboard.press('Control+End');
            return page().locator('.statusbar [role=status]').textContent();
          },
          { timeout: 120_000, interval: 150 },
        )
        .toBe('30,000 rows');
      await page().keyboard.press('Control+End');
      await until(() => cell(ROWS - 1, 0).textContent()).toBe(String(ROWS));
      expect(await page().locator('.problem').count()).toBe(0);
      await page().unroute(pattern);
    });

    it('are told as a command also where the browser does not let a page copy', async () => {
      await page().addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
      await openRows(id, '?search=note+777');
      await page().getByRole('button', { name: 'Export' }).click();
      await page().getByRole('menuitem', { name: 'Copy as curl' }).click();
      const dialog = page().getByRole('dialog', { name: 'The question as a command' });
      await dialog.getByText("--data-urlencode 'search=note 777'").waitFor();
      await dialog.getByText('copy it by hand').waitFor();
      await dialog.getByText(`TOKEN=$(curl -s ${service.api.url}/api/v1/auth/user/login/`).waitFor();
      await page().keyboard.press('Escape');
    });

    it('are told as a part of all, and filters and search are cleared at once', async () => {
      const filters = encodeURIComponent(JSON.stringify({ rest: 3, n: { lte: 7000 } }));
      await openRows(id, `?filters=${filters}&search=note&sort_by=-n`);
      const status = () => page().locator('.statusbar [role=status]').textContent();
      await until(status).toBe('1,000 of 30,000 rows');
      // What was typed and not asked for yet is cleared too.
      await page().clock.install();
      await page().getByLabel('Search all columns').fill('note 1');
      await page()
        .getByRole('button', { name: /^Clear all/ })
        .click();
      await page().clock.fastForward(10_000);
      await until(status).toBe('30,000 rows');
      expect(new URL(page().url()).search).toBe('?sort_by=-n');
      expect(await page().getByLabel('Search all columns').inputValue()).toBe('');
      expect(
        await page()
          .getByRole('button', { name: /^Clear all/ })
          .count(),
      ).toBe(0);
      await until(() => cell(0, 0).textContent()).toBe(String(ROWS));
      await page().goBack();
      await until(status).toBe('1,000 of 30,000 rows');
    });

    it('say that they can be sorted by several columns', async () => {
      await openRows(id);
      expect(await page().getByRole('button', { name: 'rest', exact: true }).getAttribute('title')).toContain('Shift');
      await page().getByRole('button', { name: 'Menu of rest' }).click();
      await page().getByRole('menu').getByText('shift-click their names').waitFor();
      await page().getByRole('menuitem', { name: 'Sort descending' }).click();
      await until(() => parameter('sort_by')).toBe('-rest');
      // The menu does it without a key, as a finger needs it.
      await page().getByRole('button', { name: 'Menu of n', exact: true }).click();
      await page().getByRole('menuitem', { name: 'Also sort descending' }).click();
      await until(() => parameter('sort_by')).toBe('-rest,-n');
      await until(() => cell(0, 0).textContent()).toBe('29995');
    });

    it('are asked for in forms that the button opens and closes, by mouse and keyboard, and that give the focus back', async () => {
      await openRows(id);
      for (const [name, label] of [
        ['Filter', 'Filter'],
        ['Columns shown', 'Columns shown'],
      ] as const) {
        const button = page().getByRole('button', { name, exact: true });
        const form = page().getByRole('dialog', { name: label, exact: true });
        // The first press also loads the form, the others find it.
        for (let press = 0; press < 2; press += 1) {
          await button.click();
          await form.waitFor();
          await button.click();
          await form.waitFor({ state: 'detached' });
        }
        await button.press('Enter');
        await form.waitFor();
        expect(await button.getAttribute('aria-expanded')).toBe('true');
        expect(await violationsOf(page())).toEqual([]);
        await page().keyboard.press('Escape');
        await form.waitFor({ state: 'detached' });
        await until(focused).toBe(name === 'Filter' ? ' Filter' : ' Columns shown ');
        await button.click();
        await form.waitFor();
        await page().getByLabel('Search all columns').click();
        await form.waitFor({ state: 'detached' });
        await until(focused).toBe('Search all columns');
      }
    });

    it('that cannot be exported say why, with the request, until that is read', async () => {
      // A clock that can be put forward, for this page alone.
      const own = await newPage(browser, service.api.url);
      await own.page.goto('/sign-in');
      await own.page.evaluate(`sessionStorage.setItem('session', ${session()})`);
      await own.page.clock.install();
      await own.page.goto(`/uploads/${id}/rows?search=note`);
      await own.page.locator('#cell-0-0').waitFor();
      await own.page.route(/\/export\//, (route) =>
        route.continue({ url: route.request().url().replace('search=', 'filters=') }),
      );
      await own.page.getByRole('button', { name: 'Export' }).click();
      await own.page.getByRole('menuitem', { name: 'CSV, exactly' }).click();
      const toast = own.page.locator('.toast', { hasText: 'Not saved: ' });
      await toast.getByText(/^Request id /).waitFor();
      await own.page.clock.fastForward(60_000);
      await toast.locator('[aria-label=Close]').click();
      await toast.waitFor({ state: 'detached' });
      await own.close();
    });
  });
});

describe('the columns', () => {
  it('show values, ranges and filters as the cells are written, and no key that is the name', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => {
      const day = String((at % 28) + 1).padStart(2, '0');
      return `${day}.10.26;${(at % 9) + 1}.23${at % 10},50;x${at}`;
    });
    const { id } = await client.ingest(`Day;Price;Unit Name\n${lines.join('\n')}\n`);
    await open(id, 'columns');
    const profile = (name: string) => page().locator('.profile', { has: page().getByRole('heading', { name }) });
    await profile('Day').locator('.top-text', { hasText: '01.10.26' }).waitFor();
    await until(() => profile('Day').locator('.profile-range').textContent()).toBe('01.10.26 to 28.10.26');
    await until(() => profile('Price').locator('.histogram-ends span').first().textContent()).toBe('1.231');
    expect(await profile('Price').locator('code').allTextContents()).toEqual(['1.234,56']);
    expect(await profile('Unit Name').locator('code').allTextContents()).toEqual(['unit_name']);
    await profile('Day')
      .getByRole('link', { name: /^01.10.26/ })
      .click();
    await page().getByRole('button', { name: 'Day is 01.10.26', exact: true }).waitFor();
    await until(() => cell(0, 0).textContent()).toBe('01.10.26');
  });

  it('link a value to its rows, but not one that is cut', async () => {
    const long = 'x'.repeat(600);
    const { id } = await client.ingest(`text,n\n${`${long},1\nshort,2\n`.repeat(30)}`);
    await open(id, 'columns');
    const text = page().locator('.profile', { has: page().getByRole('heading', { name: 'text' }) });
    await text.getByRole('link', { name: /^short/ }).waitFor();
    await text.locator('.top-value', { hasText: 'xxx' }).waitFor();
    expect(await text.getByRole('link', { name: /^xxx/ }).count()).toBe(0);
    await openRows(id);
    await page().getByRole('button', { name: 'Filter', exact: true }).click();
    await page().getByLabel('Operator').selectOption('in');
    await page().getByRole('checkbox', { name: 'short' }).waitFor();
    expect(await page().getByRole('checkbox').count()).toBe(1);
  });
});

describe('the rejects', () => {
  it('mark the spot by the marks of their file', async () => {
    const { id } = await client.ingest(
      `a,b\n${'"1\\"",2\n'.repeat(50)}"3\\",4",5,surplus\n`,
      'escaped.csv',
      '?escape=backslash',
    );
    await open(id, 'rejects');
    await until(() => page().locator('mark.fault').first().textContent()).toBe(',surplus');
  });

  it('say which options the file of them needs, and what is left out of it', async () => {
    const good = 'Stra\u00dfe,1\n'.repeat(50);
    const long = `${'y'.repeat(70_000)},1,surplus\n`;
    const file = Buffer.from(`a,b\n${good}${long}M\u00fcller,1,surplus\n`, 'latin1');
    const { id } = await client.ingest(file, 'old.csv', '?encoding=windows-1252');
    await open(id, 'rejects');
    await page().getByText('Choose the encoding windows-1252').waitFor();
    await Promise.all([page().waitForEvent('download'), page().getByRole('button', { name: 'Download' }).click()]);
    await page().getByText('1 record of more than 64 KiB is not in the file').waitFor();
  });

  it('of a failed upload do not say that every record was accepted', async () => {
    const { id } = await client.ingest('a,b\n1,2\n');
    await open(id, 'rejects');
    await page().getByText('Every record was accepted.').waitFor();
    const pattern = new RegExp(`/uploads/${id}/$`);
    await page().route(pattern, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), status: 'failed' } });
    });
    await open(id, 'rejects');
    await page().getByText('No record was rejected before the upload failed').waitFor();
    await page().unroute(pattern);
  });
});

it('no page broke a rule of its policy or threw an error', () => {
  expect(view.faults).toEqual([]);
});
