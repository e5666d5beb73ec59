import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAnswerLosingProxy } from '../../support/answer-losing-proxy.js';
import { BatchGate } from '../../support/batch-gate.js';
import { newPage, startBrowser, violationsOf } from '../../support/browser.js';
import { startCutOffProxy } from '../../support/cut-off-proxy.js';
import { Service } from '../../support/service.js';
import { choose, type Person, signedIn, upload } from './person.js';

let service: Service;
let browser: Browser;
beforeAll(async () => {
  // A name that is not localhost, on http: for a browser no secure context, as on a local network.
  [service, browser] = await Promise.all([
    Service.start(),
    startBrowser(['--host-resolver-rules=MAP tasks.lan 127.0.0.1']),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const until = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000 });
const ROWS = `a;b\n${'1;2,5\n'.repeat(30_000)}`;

let person: Person;
const page = () => person.page;
const uploads = async () => (await person.client.get('/csv-data/uploads/')).body.results;

describe('a file', () => {
  afterEach(() => person?.close());

  it('is chosen, looked at and uploaded where the page is not on https or localhost', async () => {
    person = await signedIn(service, browser, { url: service.api.url.replace('127.0.0.1', 'tasks.lan') });
    await page().goto('/uploads');
    expect(await page().evaluate('isSecureContext')).toBe(false);
    await upload(person, 'lan.csv', 'a,b\n1,2\n');
    await page().getByRole('heading', { name: 'lan.csv' }).waitFor();
    await page().getByRole('link', { name: 'Rows' }).click();
    await page().locator('#cell-0-0').waitFor();
    // On such an origin Chromium says of this header that it has no effect.
    expect(person.faults.filter((fault) => !fault.startsWith('The Cross-Origin-Opener-Policy header'))).toEqual([]);
  });

  /** A page that reaches the service through a proxy which can lose answers; the person is signed in. */
  const behindLosingProxy = async () => {
    person = await signedIn(service, browser);
    const proxy = await startAnswerLosingProxy(service.api.url);
    const own = await newPage(browser, proxy.url);
    await own.page.goto('/sign-in');
    await own.page.evaluate(`sessionStorage.setItem('session', ${JSON.stringify(await sessionOf(person))})`);
    await own.page.goto('/uploads');
    return { own, proxy };
  };

  it.each(['cut', 502] as const)(
    'whose answer was lost by %s is sent again by itself, and stored once',
    async (how) => {
      const { own, proxy } = await behindLosingProxy();
      proxy.loseNext(how);
      await upload(own, 'lost.csv', 'a,b\n1,2\n');
      await own.page.getByRole('heading', { name: 'lost.csv' }).waitFor();
      expect(proxy.lost).toBe(1);
      expect(await uploads()).toHaveLength(1);
      await own.close();
      await proxy.stop();
    },
  );

  it('is sent again by hand under its old key, so that it is stored once although its answer was lost', async () => {
    const { own, proxy } = await behindLosingProxy();
    proxy.loseNext(500);
    await upload(own, 'lost.csv', 'a,b\n1,2\n');
    await own.page.getByText('The answer has status 500').waitFor();
    // The list is asked anew, as the file may be stored.
    await own.page.getByRole('link', { name: 'lost.csv' }).waitFor();
    await own.page.getByRole('button', { name: 'Send it again' }).click();
    await own.page.getByRole('button', { name: 'Send it again' }).waitFor({ state: 'hidden' });
    await until(() => own.page.locator('.transfer').count()).toBe(0);
    expect(proxy.lost).toBe(1);
    expect(await uploads()).toHaveLength(1);
    await own.close();
    await proxy.stop();
  });

  it('that the service refuses is told why, and not offered to be sent again', async () => {
    person = await signedIn(service, browser);
    await page().goto('/uploads');
    // Bigger than what a socket holds, so that the answer comes while it is sent.
    const zip = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(3_000_000, 7)]);
    await page().getByLabel('CSV files').setInputFiles({ name: 'table.xlsx', mimeType: 'text/csv', buffer: zip });
    await page().getByRole('button', { name: 'Upload', exact: true }).click();
    const refused = page().locator('.transfer', { hasText: 'table.xlsx' });
    await refused.getByText('The file is not CSV').waitFor();
    await refused.getByText('The same file would be refused again').waitFor();
    expect(await refused.getByRole('button', { name: 'Send it again' }).count()).toBe(0);
    expect(await violationsOf(page())).toEqual([]);
  });

  it('that waits because the service is busy says so, and not that the line was lost', async () => {
    person = await signedIn(service, browser);
    let isBusy = true;
    await page().route('**/csv-data/uploads/?*', (route) =>
      route.request().method() === 'POST' && isBusy
        ? route.fulfill({
            status: 429,
            contentType: 'application/problem+json',
            headers: { 'Retry-After': '2' },
            json: { status: 429, code: 'too_many_uploads', title: 'Too many uploads at the same time', detail: '' },
          })
        : route.continue(),
    );
    await page().goto('/uploads');
    await upload(person, 'busy.csv', 'a,b\n1,2\n');
    await page()
      .getByText(/^Too many uploads at the same time\. The file is sent again in/)
      .waitFor();
    expect(await page().getByText('The connection was lost').count()).toBe(0);
    isBusy = false;
    await page().getByRole('heading', { name: 'busy.csv' }).waitFor();
  });

  it('whose warning names options is read with them by a click', async () => {
    person = await signedIn(service, browser);
    await page().goto('/uploads');
    await choose(person, 'total.csv', `name;amount\n${'a;2,50\n'.repeat(150)}b;3,50\nTotal;see above\n`);
    await page().getByText('Skip records of footer: 1', { exact: true }).waitFor();
    expect(await page().locator('.faults').getByText('skip_footer').count()).toBe(0);
    await page().getByRole('button', { name: 'Set Skip records of footer to 1' }).click();
    await until(() => page().getByLabel('Type of column 2').locator('option:checked').textContent()).toBe('number');
    expect(await page().getByLabel('Skip records of footer').inputValue()).toBe('1');
    expect(await violationsOf(page())).toEqual([]);
  });

  it('is not offered other readings that are next to impossible', async () => {
    person = await signedIn(service, browser);
    await page().goto('/uploads');
    const [answer] = await Promise.all([
      page().waitForResponse(/\/csv-data\/preview/),
      choose(person, 'sure.csv', `id;name;price\n${'7;Ada, the first;2,50\n'.repeat(200)}`),
    ]);
    const { alternatives } = (await answer.json()) as { alternatives: { confidence: number }[] };
    expect(alternatives.filter(({ confidence }) => confidence < 0.01)).not.toEqual([]);
    expect(await page().getByText('under 1 %').count()).toBe(0);
  });

  it('that is dropped beside the place for files is not opened by the browser', async () => {
    person = await signedIn(service, browser);
    await page().goto('/tasks');
    await page().getByRole('heading', { name: 'Tasks' }).waitFor();
    const isRefused = (type: string, holds: string) =>
      page().evaluate(`{
        const data = new DataTransfer();
        if (${JSON.stringify(holds)} === 'file') data.items.add(new File(['a,b'], 'a.csv'));
        else data.setData('text/plain', 'words');
        const event = new DragEvent(${JSON.stringify(type)}, { dataTransfer: data, bubbles: true, cancelable: true });
        !document.body.dispatchEvent(event);
      }`);
    for (const type of ['dragover', 'drop']) {
      expect([type, await isRefused(type, 'file')]).toEqual([type, true]);
      // Words may be dropped into inputs.
      expect([type, await isRefused(type, 'text')]).toEqual([type, false]);
    }
  });

  it('that is dropped on the place for files is shown', async () => {
    person = await signedIn(service, browser);
    await page().goto('/uploads');
    await page().locator('.drop-zone').waitFor();
    await page().evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File(['a,b\\n1,2\\n'], 'dropped.csv'));
      document.querySelector('.drop-zone').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }`);
    await page()
      .getByText(/ % sure$/)
      .waitFor();
    await page().getByText('dropped.csv').first().waitFor();
  });
});

const sessionOf = async ({ page }: Person) => page.evaluate("sessionStorage.getItem('session')") as Promise<string>;

describe('files that are being read', () => {
  let gate: BatchGate;
  beforeEach(async () => {
    person = await signedIn(service, browser);
    gate = await BatchGate.closed(service.database.url);
  });
  afterEach(async () => {
    await gate.openUpTo(200);
    await gate.remove();
    await service.sql.query('DROP TRIGGER pass_batch_gate ON csv_batches; DROP FUNCTION pass_batch_gate');
    await person.close();
  });

  it('are followed by the list without a stream for each, and leave the page free for anything else', async () => {
    for (let file = 1; file <= 7; file += 1) await person.client.upload(ROWS, `file-${file}.csv`);
    const streams: string[] = [];
    page().on('request', (request) => request.url().endsWith('/events/') && streams.push(request.url()));
    await page().goto('/uploads');
    await until(() => page().locator('.upload-line progress').count()).toBe(7);
    // With a stream for each, six of them would hold all connections of the browser, and this would wait for an end.
    await page().getByRole('link', { name: 'Tasks' }).click();
    await page().getByText('Nothing is left to do').waitFor();
    await page().getByRole('link', { name: 'Files' }).click();
    await gate.openUpTo(200);
    await until(() => page().locator('.big-number').count()).toBe(7);
    expect(streams).toEqual([]);
  });

  it('and those on their way stop with the session, and are not shown to who signs in next', async () => {
    await page().goto('/uploads');
    // The lines of this page are held, so that the file is still on its way when the session ends.
    await page().route('**/csv-data/uploads/?*', (route) =>
      route.request().method() === 'POST' ? undefined : route.continue(),
    );
    await upload(person, 'mine.csv', 'a,b\n1,2\n');
    await page().getByRole('list', { name: 'Files on their way' }).getByText('mine.csv').waitFor();
    await page()
      .getByRole('button', { name: `Account of ${person.client.email}` })
      .click();
    await page().getByRole('menuitem', { name: 'Sign out' }).click();
    await page().getByRole('heading', { name: 'Sign in' }).waitFor();
    const next = await service.client.withAccount();
    await page().getByLabel('E-mail address').fill(next.email);
    await page().getByLabel('Password').fill('violet-harbour-29-lamps');
    await page().getByRole('button', { name: 'Sign in' }).click();
    await page().getByText('You have no files yet').waitFor();
    expect(await page().getByText('mine.csv').count()).toBe(0);
  });
});

it('an upload is cancelled while it waits, and read again as if nothing had been said before', async () => {
  const idle = await Service.start({ workers: 0 });
  person = await signedIn(idle, browser);
  await page().goto('/uploads');
  await choose(person, 'told.csv', ROWS);
  // What is said wrongly: one column, whose name is replaced.
  await page().getByLabel('Delimiter', { exact: true }).selectOption('|');
  await until(() => page().locator('.column-name').count()).toBe(1);
  await page().getByLabel('Name of column 1').fill('all of it');
  await until(() => page().locator('.column-note').first().textContent()).toBe('all_of_it');
  await page().getByRole('button', { name: 'Upload', exact: true }).click();
  await page().getByText('Waiting for its turn').waitFor();
  await page().getByRole('button', { name: 'Cancel', exact: true }).click();
  await page().getByText('It was cancelled before its end').waitFor();
  expect(await violationsOf(page())).toEqual([]);

  await page().getByLabel('Encoding').selectOption('windows-1252');
  await page().getByRole('button', { name: 'Read it again' }).click();
  await page().getByText('Waiting for its turn').waitFor();
  await idle.addWorker();
  await page().getByText('30,000 rows, 0 rejected').waitFor();
  const [read] = await uploads();
  expect(read.columns).toMatchObject([{ name: 'a' }, { name: 'b', type: 'number' }]);
  expect(read.dialect).toMatchObject({ delimiter: ';', encoding: 'windows-1252' });
  await person.close();
  await idle.stop();
});

describe('the list of files', () => {
  afterEach(() => person?.close());

  it('goes back a page when the last file of a page is deleted', async () => {
    person = await signedIn(service, browser);
    for (let file = 1; file <= 21; file += 1) await person.client.upload('a,b\n1,2\n', `file-${file}.csv`);
    await page().goto('/uploads');
    await page().getByRole('button', { name: 'Next' }).click();
    await page().getByRole('button', { name: 'Delete file-1.csv' }).click();
    await page().getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await until(() => page().getByRole('navigation', { name: 'Pages of files' }).count()).toBe(0);
    expect(await page().locator('.upload-line').count()).toBe(20);
    expect(await page().locator('.problem').count()).toBe(0);
  });

  it('says why a file is not deleted, with the id of the request, until that is closed', async () => {
    person = await signedIn(service, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
    await person.client.ingest('a,b\n1,2\n', 'gone.csv');
    await page().goto('/uploads');
    await page().getByRole('link', { name: 'gone.csv' }).waitFor();
    const [{ id }] = await uploads();
    await person.client.send('DELETE', `/csv-data/uploads/${id}/`);
    await page().clock.install();
    await page().getByRole('button', { name: 'Delete gone.csv' }).click();
    await page().getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    const message = page().locator('.toast', { hasText: 'Not deleted: ' });
    const requestId = await message
      .getByText(/^Request id /)
      .locator('code')
      .textContent();
    await message.getByRole('button', { name: 'Copy the request id' }).click();
    await message.getByRole('button', { name: 'The request id is copied' }).waitFor();
    expect(await page().evaluate('navigator.clipboard.readText()')).toBe(requestId);
    await page().clock.fastForward(60_000);
    expect(await message.count()).toBe(1);
    expect(await violationsOf(page())).toEqual([]);
    await message.locator('[aria-label=Close]').click();
    await until(() => message.count()).toBe(0);
  });

  it('shows that a file is being saved, and when it is', async () => {
    person = await signedIn(service, browser);
    const { id } = await person.client.ingest(ROWS.repeat(5), 'long.csv');
    const proxy = await startCutOffProxy(service.api.url);
    const own = await newPage(browser, proxy.url);
    await own.page.goto('/sign-in');
    await own.page.evaluate(`sessionStorage.setItem('session', ${JSON.stringify(await sessionOf(person))})`);
    await own.page.goto(`/uploads/${id}/rows`);
    await own.page.locator('#cell-0-0').waitFor();
    await own.page.getByRole('button', { name: 'Export' }).click();
    proxy.goBlack();
    await own.page.getByRole('menuitem', { name: 'CSV, exactly as in the file' }).click();
    await own.page.locator('.toast', { hasText: 'Saving' }).waitFor();
    const [download] = await Promise.all([own.page.waitForEvent('download'), proxy.comeBack()]);
    expect(download.suggestedFilename()).toBe('long.csv');
    await own.page.locator('.toast', { hasText: 'Saved' }).waitFor();
    await until(() => own.page.locator('.toast', { hasText: 'Saving' }).count()).toBe(0);

    proxy.goBlack();
    await own.page.getByRole('button', { name: 'Export' }).click();
    await own.page.getByRole('menuitem', { name: 'CSV, exactly as in the file' }).click();
    const saving = own.page.locator('.toast', { hasText: 'Saving' });
    await saving.locator('button').click();
    await own.page.getByText('You stopped it').waitFor();
    await own.close();
    await proxy.stop();
  });
});
