import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startBrowser, violationsOf } from '../../support/browser.js';
import { Service } from '../../support/service.js';
import { type Person, signedIn } from './person.js';

let service: Service;
let browser: Browser;
let person: Person;
beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start({ workers: 0 }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach(async () => {
  person = await signedIn(service, browser, { timezoneId: 'Europe/Rome' });
});
afterEach(async () => {
  expect(person.faults).toEqual([]);
  await person.close();
});

const page = () => person.page;
const until = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000 });
const titles = () => page().locator('.task-title').allTextContents();
const add = async (task: Record<string, unknown>) => (await person.client.post('/tasks/', task)).body;

it('tasks are narrowed by status and priority, in the address too', async () => {
  await add({ title: 'low, pending', priority: 'low' });
  await add({ title: 'high, pending', priority: 'high' });
  await add({ title: 'high, begun', priority: 'high', status: 'in_progress' });
  await page().goto('/tasks');
  await until(() => page().locator('.task').count()).toBe(3);
  await page().getByLabel('Priority', { exact: true }).selectOption('high');
  await until(async () => (await titles()).sort()).toEqual(['high, begun', 'high, pending']);
  await page().getByLabel('Status', { exact: true }).selectOption('in_progress');
  await until(titles).toEqual(['high, begun']);
  expect(new URL(page().url()).search).toBe('?priority=high&status=in_progress');
  await page().reload();
  await until(titles).toEqual(['high, begun']);
  await page().getByLabel('Priority', { exact: true }).selectOption('low');
  await page().getByText('No task matches').waitFor();
  expect(await violationsOf(page())).toEqual([]);
});

it('a search leaves the list in place, asks when typing rests, and is emptied by the link to all tasks', async () => {
  for (const title of ['Water the plants', 'Water the lawn', 'Read']) await add({ title });
  await page().goto('/tasks');
  await until(() => page().locator('.task').count()).toBe(3);
  const asked: string[] = [];
  page().on('request', (request) => request.url().includes('search=') && asked.push(request.url()));
  // Whether the list was ever gone while it was searched.
  await page().evaluate(`{
    window.gone = 0;
    new MutationObserver(() => { if (!document.querySelector('.task')) window.gone += 1; })
      .observe(document.body, { childList: true, subtree: true });
  }`);
  await page().getByLabel('Search tasks').pressSequentially('water');
  await until(async () => (await titles()).sort()).toEqual(['Water the lawn', 'Water the plants']);
  expect(await page().evaluate('window.gone')).toBe(0);
  expect(new Set(asked.map((url) => new URL(url).searchParams.get('search')))).toEqual(new Set(['water']));
  await page().getByRole('link', { name: 'Tasks', exact: true }).click();
  await until(() => page().locator('.task').count()).toBe(3);
  expect(await page().getByLabel('Search tasks').inputValue()).toBe('');
});

it('a description and a time of day are added to a task, changed, and taken away', async () => {
  const { id } = await add({ title: 'Bake', due_date: '2099-12-24' });
  const stored = async () => (await person.client.get(`/tasks/${id}/`)).body;
  await page().goto('/tasks');
  const details = page().getByRole('button', { name: 'Description and time of Bake' });
  await details.click();
  expect(await violationsOf(page())).toEqual([]);
  await page().getByLabel('Description', { exact: true }).fill('Two loaves.\nOne with nuts.');
  await page().getByLabel('At', { exact: true }).fill('18:30');
  await page().getByRole('button', { name: 'Save' }).click();
  await page().locator('.task-description', { hasText: 'Two loaves.' }).waitFor();
  // Rome is an hour ahead of UTC in winter.
  expect(await stored()).toMatchObject({
    description: 'Two loaves.\nOne with nuts.',
    due_date: '2099-12-24T17:30:00.000Z',
  });
  await page().getByText('24 Dec 2099, 18:30').waitFor();

  await details.click();
  expect(await page().getByLabel('At', { exact: true }).inputValue()).toBe('18:30');
  await page().getByLabel('At', { exact: true }).fill('');
  await page().getByLabel('Description', { exact: true }).fill('');
  await page().getByRole('button', { name: 'Save' }).click();
  await page().locator('.task-details').waitFor({ state: 'hidden' });
  expect(await stored()).toMatchObject({ description: '', due_date: '2099-12-24' });
});

it('a refused change of a line is dropped, and a title is sent once', async () => {
  const task = await add({ title: 'Water the plants', due_date: '2099-12-24' });
  await page().goto('/tasks');
  const button = page().getByRole('button', { name: 'Change the title: Water the plants' });
  await button.waitFor();
  await person.client.send('PATCH', `/tasks/${task.id}/`, { json: { priority: 'high' } });
  const sent: string[] = [];
  page().on('request', (request) => request.method() === 'PATCH' && sent.push(request.postData() ?? ''));
  await button.click();
  await page().getByLabel('Title', { exact: true }).fill('Burn the plants');
  await page().keyboard.press('Enter');
  await page().keyboard.press('Tab');
  await page().getByText('The task was changed elsewhere').waitFor();
  await button.waitFor();
  expect(await page().getByLabel('Title', { exact: true }).count()).toBe(0);
  expect(sent).toEqual(['{"title":"Burn the plants"}']);

  await person.client.send('PATCH', `/tasks/${task.id}/`, { json: { priority: 'low' } });
  const due = page().getByLabel('Due date of Water the plants');
  await due.fill('2099-01-01');
  await due.blur();
  await until(() => sent.length).toBe(2);
  await until(() => due.inputValue()).toBe('2099-12-24');
});

it('what was typed into the details stays when the task was changed elsewhere, and is saved by the next try', async () => {
  const task = await add({ title: 'Bake' });
  await page().goto('/tasks');
  await page().getByRole('button', { name: 'Description and time of Bake' }).click();
  await page().getByLabel('Description', { exact: true }).fill('Two loaves');
  await person.client.send('PATCH', `/tasks/${task.id}/`, { json: { priority: 'high' } });
  await page().getByRole('button', { name: 'Save' }).click();
  await page().getByRole('alert').getByText('Request').waitFor();
  await until(() => page().getByLabel('Priority of Bake').inputValue()).toBe('high');
  await page().getByRole('button', { name: 'Save' }).click();
  await page().locator('.task-description', { hasText: 'Two loaves' }).waitFor();
  expect((await person.client.get(`/tasks/${task.id}/`)).body).toMatchObject({
    description: 'Two loaves',
    priority: 'high',
  });
});
