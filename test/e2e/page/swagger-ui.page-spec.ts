import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPage, startBrowser } from '../../support/browser.js';
import { Service } from '../../support/service.js';

// The forms themselves; openapi/swagger-ui.e2e-spec.ts sends what they are filled with, for every operation.

let service: Service;
let browser: Browser;
let view: Awaited<ReturnType<typeof newPage>>;
beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  view = await newPage(browser, service.api.url);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Opens an operation and its form. */
async function open(operation: string): Promise<Locator> {
  const block = view.page.locator(`.opblock[id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  return block;
}

/** Presses Execute. @returns the status and the body of the answer that Swagger UI shows */
async function execute(block: Locator): Promise<{ status: string; body: string }> {
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table tr.response');
  const status = (await answer.locator('.response-col_status').textContent())!;
  return {
    status: status.trim().split(/\s/)[0]!,
    body: (await answer.locator('.highlight-code').first().textContent())!,
  };
}

it('Swagger UI signs in, and executes operations with what its forms are filled with', async () => {
  const person = await service.client.withAccount();
  const task = (await person.post('/tasks/', { title: 'Water the plants' })).body;
  const { page, faults } = view;
  await page.goto('/api/docs/');
  await page.getByRole('button', { name: 'Authorize' }).click();
  const dialog = page.locator('.modal-ux');
  await dialog.getByRole('textbox').fill(person.token!);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();

  const listed = await execute(await open('listTasks'));
  expect(listed.status).toBe('200');

  const created = await execute(await open('createTask'));
  expect(created.status).toBe('201');
  expect(created.body).toContain('Write the notes on the Analytical Engine');

  const one = await open('getTask');
  await one.getByPlaceholder('id', { exact: true }).fill(task.id);
  const found = await execute(one);
  expect(found.status).toBe('200');
  expect(found.body).toContain('Water the plants');

  const upload = await open('uploadCsv');
  await upload
    .locator('input[type=file]')
    .setInputFiles({ name: 'picked.csv', mimeType: 'text/csv', buffer: Buffer.from('a;b\n1;2,5\n') });
  const stored = await execute(upload);
  expect(stored.status).toBe('201');
  expect(stored.body).toContain('picked.csv');
  const [newest] = (await person.get('/csv-data/uploads/')).body.results;
  // As if no option had been given.
  expect((await person.untilFinal(newest.id)).columns).toMatchObject([{ name: 'a' }, { name: 'b', type: 'number' }]);
  expect(faults).toEqual([]);
});

it('Swagger UI asks its own origin alone', async () => {
  const own = await newPage(browser, service.api.url);
  const asked: string[] = [];
  own.page.on('request', (request) => asked.push(request.url()));
  await own.page.goto('/api/docs/');
  await own.page.locator('.opblock').first().waitFor();
  await own.page.waitForLoadState('networkidle');
  expect(asked.filter((url) => !url.startsWith(`${service.api.url}/`) && !url.startsWith('data:'))).toEqual([]);
  expect(own.faults).toEqual([]);
  await own.close();
});
