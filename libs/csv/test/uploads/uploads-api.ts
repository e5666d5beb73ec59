import { readdir, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { IdempotencyModule } from '@app/http';
import { StorageModule } from '@app/storage';
import multipart from '@fastify/multipart';
import type { DataSource } from 'typeorm';
import { TestApi } from '../../../../test/support/test-api.js';
import { CsvHttpModule } from '../../src/csv.http.module.js';

/** The uploads part of the api. */
export class UploadsApi {
  private constructor(private readonly api: TestApi) {}

  static async start(environment: Record<string, string> = {}): Promise<UploadsApi> {
    return new UploadsApi(
      await TestApi.start([StorageModule, IdempotencyModule, CsvHttpModule], environment, async (app) => {
        await app.register(multipart as never);
      }),
    );
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  get app() {
    return this.api.app;
  }

  get base(): string {
    return this.api.url;
  }

  get folder(): string {
    return this.api.folder;
  }

  get db(): DataSource {
    return this.api.database;
  }

  /** @returns the id of a new user. */
  async newUser(): Promise<string> {
    return (await this.api.newUser()).id;
  }

  call(user: string, method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.base}/api/v1/csv-data/uploads/${path}`, {
      ...init,
      method,
      headers: { 'x-user': user, ...(init.headers as Record<string, string>) },
    });
  }

  post(
    user: string,
    content: string | Uint8Array,
    { name = 'table.csv', query = '', headers = {} } = {},
  ): Promise<Response> {
    const form = new FormData();
    form.append('file', new File([content as Uint8Array<ArrayBuffer>], name));
    return this.call(user, 'POST', query && `?${query}`, { body: form, headers });
  }

  /** A raw connection, for clients that violate the protocol. */
  async connect(): Promise<Socket> {
    const { hostname, port } = new URL(this.base);
    const socket = createConnection({ host: hostname, port: Number(port) });
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  /**
   * A client that controls each byte of the body it sends, after the head of a POST. `answer` returns all that it has received, and `fault`
   * why its connection ended.
   */
  async rawPost(user: string, headers: Record<string, string>) {
    const socket = await this.connect();
    const received: Buffer[] = [];
    socket.on('data', (data) => received.push(data));
    const fault = new Promise<Error | null>((resolve) => {
      socket.on('error', resolve);
      socket.on('close', () => resolve(null));
    });
    const lines = Object.entries({ Host: 'localhost', 'X-User': user, ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /api/v1/csv-data/uploads/ HTTP/1.1\r\n${head}\r\n`);
    return { socket, fault, answer: () => Buffer.concat(received).toString() };
  }

  /** The names of the stored files and of the drafts. */
  async files(): Promise<{ stored: string[]; drafts: string[] }> {
    const uploads = join(this.folder, 'uploads');
    const stored = (await readdir(uploads)).filter((name) => name !== '.drafts');
    return { stored, drafts: await readdir(join(uploads, '.drafts')) };
  }

  async removeStoredFiles(): Promise<void> {
    for (const name of (await this.files()).stored) await rm(join(this.folder, 'uploads', name));
  }

  /** Everything that a rejected upload must not leave behind. */
  async traces(user: string): Promise<{ stored: number; drafts: number; uploads: number; jobs: number }> {
    const { stored, drafts } = await this.files();
    const [{ uploads }] = await this.db.query('SELECT count(*)::int AS uploads FROM csv_uploads WHERE user_id = $1', [
      user,
    ]);
    const [{ jobs }] = await this.db.query('SELECT count(*)::int AS jobs FROM outbox');
    return { stored: stored.length, drafts: drafts.length, uploads, jobs };
  }

  async jobs(): Promise<{ job: string; payload: Record<string, unknown> }[]> {
    return this.db.query('SELECT job, payload FROM outbox ORDER BY id');
  }
}
