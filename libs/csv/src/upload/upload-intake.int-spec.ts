import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UploadsApi } from './uploads-api.testing.js';

// Real: HTTP over a socket, PostgreSQL, Redis, the disk. Fake: who the caller is.

let api: UploadsApi;
let user: string;

beforeAll(async () => {
  api = await UploadsApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.db.query('DELETE FROM outbox');
  user = await api.newUser();
});
afterEach(async () => {
  await api.db.query('DELETE FROM csv_uploads');
});

const CSV = 'id,name\n1,Zoë\n2,"a, b"\n';

describe('an upload', () => {
  it('is answered with 201, its address, and what is known of the file', async () => {
    const answer = await api.post(user, CSV, { name: 'kunden – 2026.csv' });
    const upload = await answer.json();
    expect(upload).toMatchObject({ status: 'pending' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/csv-data/uploads/${upload.id}/`);
    expect(upload).toMatchObject({
      original_filename: 'kunden – 2026.csv',
      size_bytes: Buffer.byteLength(CSV),
      sha256: createHash('sha256').update(CSV).digest('hex'),
      status: 'pending',
      progress: 0,
      total_rows: null,
    });
    expect((await readFile(join(api.folder, 'uploads', upload.id))).toString()).toBe(CSV);
  });
});
