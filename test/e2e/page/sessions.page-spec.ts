import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser } from '../../support/browser.js';
import { Service } from '../../support/service.js';
import { type Person, signedIn } from './person.js';

let service: Service;
let browser: Browser;
let person: Person;
beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  person = await signedIn(service, browser);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
const page = () => person.page;
const title = (expected: string) =>
  expect.poll(() => page().title(), { timeout: 30_000 }).toBe(`${expected} · Task service`);

it('each view has a title of its own', async () => {
  const { id } = await person.client.ingest('a,b\n1,2\n', 'prices.csv');
  for (const [path, expected] of [
    ['/nowhere', 'There is nothing here'],
    ['/register', 'Register'],
    ['/forgot-password', 'Forgot your password?'],
    ['/reset-password', 'Choose a new password'],
    ['/uploads', 'Files'],
    [`/uploads/${id}`, 'About prices.csv'],
    [`/uploads/${id}/rows`, 'Rows of prices.csv'],
    [`/uploads/${id}/columns`, 'Columns of prices.csv'],
    [`/uploads/${id}/rejects`, 'Rejects of prices.csv'],
    ['/tasks', 'Tasks'],
    ['/tasks?show=overdue', 'Tasks: Overdue'],
    ['/account', 'Account'],
  ]) {
    await page().goto(path!);
    await title(expected!);
  }
  // And as it is left by a link.
  await page().getByRole('link', { name: 'Files' }).click();
  await title('Files');
});

it('who signs in after the session expired is where the page was', async () => {
  const { id } = await person.client.ingest('city,price\nOslo,2\nRome,3\n', 'places.csv');
  const place = `/uploads/${id}/rows?search=oslo`;
  await page().goto(place);
  await page().locator('#cell-0-0').waitFor();
  await person.client.post('/auth/user/logout-all/');
  await page().getByLabel('Search all columns').fill('oslo 2');
  await page().getByText('Your session has ended').waitFor();
  await title('Sign in');
  const { searchParams } = new URL(page().url());
  expect(searchParams.get('next')).toMatch(new RegExp(`^/uploads/${id}/rows\\?search=oslo`));
  await page().getByLabel('E-mail address').fill(person.client.email);
  await page().getByLabel('Password').fill('violet-harbour-29-lamps');
  await page().getByRole('button', { name: 'Sign in' }).click();
  await page().getByRole('heading', { name: 'places.csv' }).waitFor();
  expect(new URL(page().url()).searchParams.get('search')).toMatch(/^oslo/);
});

it('who signs out is not led back', async () => {
  await page().goto('/account');
  await page()
    .getByRole('button', { name: `Account of ${person.client.email}` })
    .click();
  await page().getByRole('menuitem', { name: 'Sign out' }).click();
  await page().getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(new URL(page().url()).search).toBe('');
  expect(person.faults).toEqual([]);
});
