import type { Browser, BrowserContextOptions } from 'playwright-core';
import { newPage } from '../../support/browser.js';
import type { Client } from '../../support/client.js';
import type { Service } from '../../support/service.js';

type View = Awaited<ReturnType<typeof newPage>>;

/** Somebody who has signed in, in a page of their own. */
export interface Person extends View {
  client: Client & { email: string };
}

/** @param url where the page is opened, if not at the api itself */
export async function signedIn(
  service: Service,
  browser: Browser,
  { url = service.api.url, ...options }: BrowserContextOptions & { url?: string } = {},
): Promise<Person> {
  const client = await service.client.withAccount();
  const view = await newPage(browser, url, options);
  const session = JSON.stringify({ token: client.token, email: client.email });
  // Once, so that a test may sign out.
  await view.page.goto('/sign-in');
  await view.page.evaluate(`sessionStorage.setItem('session', ${JSON.stringify(session)})`);
  return { ...view, client };
}

/** Chooses a file, and waits for its preview. */
export async function choose({ page }: View, name: string, content: string): Promise<void> {
  await page.getByLabel('CSV files').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.getByText(/ % sure$/).waitFor();
}

export async function upload(view: View, name: string, content: string): Promise<void> {
  await choose(view, name, content);
  await view.page.getByRole('button', { name: 'Upload', exact: true }).click();
}
