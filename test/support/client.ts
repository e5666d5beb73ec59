import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer<T = Record<string, never>> {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  body: T extends Record<string, never> ? any : T;
}

export interface UploadView {
  id: string;
  status: string;
  stage: string;
  progress: number;
  total_rows: number | null;
  processed_rows: number;
  rejected_rows: number;
  columns: { key: string; name: string; type: string; position: number }[];
  errors: { code: string; message: string }[];
  [field: string]: unknown;
}

const PREFIX = '/api/v1';
const FINAL = ['completed', 'failed', 'cancelled'];
let accounts = 0;

/**
 * A client of the api over HTTP. It returns answers of any status, and throws only when the connection fails.
 * @param token sent as a bearer token, if given.
 * @param headers sent with each request; those of the request win.
 */
export class Client {
  constructor(
    readonly url: string,
    readonly token?: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same client without, or with another, token. */
  as(token?: string): Client {
    return new Client(this.url, token);
  }

  async send(
    method: string,
    path: string,
    options: { json?: unknown; body?: FormData | string | Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(
      this.url + (path.startsWith('/api/') || !path.startsWith('/') ? path : PREFIX + path),
      {
        method,
        headers: {
          ...this.headers,
          ...(this.token && { authorization: `Bearer ${this.token}` }),
          ...(options.json !== undefined && { 'content-type': 'application/json' }),
          ...options.headers,
        },
        body: options.json === undefined ? options.body : JSON.stringify(options.json),
      },
    );
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, { headers });
  }

  post(path: string, json?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, { json, headers });
  }

  /** A new account, and this client logged in to it. */
  async withAccount(overrides: Record<string, unknown> = {}): Promise<Client & { email: string; userId: string }> {
    accounts += 1;
    const email = `person-${process.pid}-${Date.now()}-${accounts}@example.org`;
    const account = { email, password: 'violet-harbour-29-lamps', full_name: 'A Person', ...overrides };
    const registered = await this.post('/auth/user/register/', account);
    if (registered.status !== 201) throw new Error(`No account: ${JSON.stringify(registered.body)}`);
    const login = await this.post('/auth/user/login/', { email: account.email, password: account.password });
    return Object.assign(this.as(login.body.token), { email: account.email as string, userId: registered.body.id });
  }

  /** Uploads text, bytes, or, given `{ path }`, a file. */
  async upload(content: string | Uint8Array | { path: string }, name = 'data.csv', query = ''): Promise<Answer> {
    const form = new FormData();
    const blob =
      typeof content === 'object' && 'path' in content
        ? await openAsBlob(content.path)
        : new Blob([content as Uint8Array<ArrayBuffer>], { type: 'text/csv' });
    form.append('file', blob, name);
    return this.send('POST', `/csv-data/uploads/${query}`, { body: form });
  }

  /** Uploads, and waits until the upload is completed. */
  async ingest(content: string | Uint8Array | { path: string }, name?: string, query?: string): Promise<UploadView> {
    const { status, body } = await this.upload(content, name, query);
    if (status !== 201) throw new Error(`The upload was refused: ${JSON.stringify(body)}`);
    const upload = await this.untilFinal(body.id);
    if (upload.status !== 'completed')
      throw new Error(`The upload is ${upload.status}: ${JSON.stringify(upload.errors)}`);
    return upload;
  }

  async untilFinal(uploadId: string, timeoutMs = 120_000): Promise<UploadView> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.get(`/csv-data/uploads/${uploadId}/?nocache=true`);
      if (FINAL.includes(body.status)) return body;
      if (Date.now() > end) throw new Error(`The upload did not end in time: ${JSON.stringify(body)}`);
      await sleep(50);
    }
  }

  /** All rows of an upload as their exact text, in column order. */
  async *rows(upload: UploadView, pageSize = 500): AsyncGenerator<(string | null)[]> {
    for (let page = 1; ; page++) {
      const { status, body } = await this.get(
        `/csv-data/uploads/${upload.id}/data/?values=text&page_size=${pageSize}&page=${page}`,
      );
      if (status !== 200) throw new Error(`No rows: ${JSON.stringify(body)}`);
      for (const { data } of body.data) yield upload.columns.map(({ key }) => data[key]);
      if (!body.pagination.has_next) return;
    }
  }
}
