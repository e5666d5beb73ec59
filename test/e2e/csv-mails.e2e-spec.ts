import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../support/service.js';

// Real: the api, the worker, and the mail server that receives.

const PUBLIC_URL = 'https://tasks.example.org';

let service: Service;
beforeAll(async () => {
  service = await Service.start({ env: { PUBLIC_URL } });
});
afterAll(() => service?.stop());

const mailAbout = async (email: string, filename: string) => {
  const isOurs = ({ to, text }: { to: string[]; text: string }) => to.includes(email) && text.includes(filename);
  const [mail] = await service.inbox.waitForExactly(1, isOurs);
  return mail!;
};

/** The text part without the soft breaks of its lines. */
const joined = (text: string) => text.replace(/\s+/g, ' ');

describe('the mail of an upload', () => {
  it('names every warning, shows three rows and links to the upload, its rows and its rejects', async () => {
    const person = await service.client.withAccount();
    const file = [
      'City,Price,Note',
      'Paris,1,=HYPERLINK("http://x.example")',
      'Rome,2,<script>alert(1)</script>',
      `Oslo,3,\u202e${'fdp.exe '.repeat(1_000)}`,
      'Bern,4',
      'Nice,5,x,',
      'Ulm,6,x,y',
      '',
      'Source: office',
    ].join('\n');
    const upload = await person.ingest(file, 'cities.csv');
    const codes = upload.errors.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['short_records', 'long_records', 'footer_lines']));

    const { subject, text, html } = await mailAbout(person.email, 'cities.csv');
    expect(subject).toBe('Imported, 1 record rejected: cities.csv');
    const address = `${PUBLIC_URL}/uploads/${upload.id}`;
    for (const part of [joined(text), html]) {
      for (const code of codes) expect(part).toContain(code);
      for (const path of ['', '/rows', '/rejects']) expect(part).toContain(address + path);
      for (const words of ['Paris', 'Rome', 'Oslo', 'too_many_cells']) expect(part).toContain(words);
      expect(part).not.toContain('Bern');
      expect(part).not.toContain('\u202e');
    }
    for (const { message } of upload.errors) expect(joined(text)).toContain(message);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text.length).toBeLessThan(5_000);
  });

  it('says why an upload failed, names its warnings and links to its rejects', async () => {
    const person = await service.client.withAccount();
    const { body } = await person.upload('a,b\n1,2,3\n4,5,6\n7,8\n9,"x"y\n', 'bad.csv', '?max_rejects=0&header=true');
    const upload = await person.untilFinal(body.id);
    expect(upload.status).toBe('failed');
    const { subject, text, html } = await mailAbout(person.email, 'bad.csv');
    expect(subject).toBe('Not imported: bad.csv');
    for (const part of [joined(text), html]) {
      expect(part).toContain(`${PUBLIC_URL}/uploads/${upload.id}/rejects`);
      for (const { code } of upload.errors) expect(part).toContain(code);
    }
  });
});
