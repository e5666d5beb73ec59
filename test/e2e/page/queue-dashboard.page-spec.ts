import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPage, startBrowser } from '../../support/browser.js';
import { Service } from '../../support/service.js';

const PASSWORD = 'only-for-operators';

let service: Service;
let browser: Browser;
beforeAll(async () => {
  [service, browser] = await Promise.all([
    Service.start({ workers: 0, env: { ADMIN_PASSWORD: PASSWORD } }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

it('the queue dashboard asks its own origin alone, and shows the jobs of the outbox', async () => {
  const person = await service.client.withAccount();
  await person.upload('a,b\n1,2\n');
  await service.sql.query(
    `UPDATE outbox SET dead_at = now(), last_error = 'the disk is on fire' WHERE job = 'csv.ingest-small'`,
  );
  const { page, faults, close } = await newPage(browser, service.api.url, {
    httpCredentials: { username: 'admin', password: PASSWORD },
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const failed: string[] = [];
  page.on('response', (response) => response.status() >= 400 && failed.push(response.url()));

  await page.goto('/admin/queues/queue/ingest-small?status=failed');
  await page.getByText('csv.ingest-small').first().waitFor();
  await page.getByText('the disk is on fire').first().waitFor();
  await page.getByText('Bull holds').first().waitFor();
  await page.goto('/admin/queues');
  await page.getByText('ingest-small').first().waitFor();
  await page.waitForLoadState('networkidle');

  const elsewhere = asked.filter((url) => !url.startsWith(`${service.api.url}/`) && !url.startsWith('data:'));
  expect(elsewhere).toEqual([]);
  expect(asked.length).toBeGreaterThan(8);
  expect(failed).toEqual([]);
  expect(faults).toEqual([]);
  const { headers, text } = await fetch(`${service.api.url}/admin/queues`, {
    headers: { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` },
  }).then(async (answer) => ({ headers: answer.headers, text: await answer.text() }));
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(text).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
  await close();
});
