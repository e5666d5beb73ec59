import './end-with-the-run.js';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

const BUCKET = 'uploads';
const PREFIX = 'csv';

export interface S3Server {
  /** What the service needs to store its files here. */
  readonly env: { STORAGE_URL: string; AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  readonly port: number;
  /** The names of the objects below the prefix, those in `.drafts/` too. */
  objects(): string[];
  /** The names of the parts of unfinished multipart uploads. */
  parts(): string[];
  /** Every request so far: method, path and query, and the range that it asks for. */
  readonly requests: { method: string; url: string; range: string | undefined }[];
  stop(): Promise<void>;
}

interface Context {
  method: string;
  path: string;
  url: string;
  query: Record<string, string>;
  get(header: string): string;
  status: number;
  body: unknown;
}
type Handler = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * s3rver on a port of its own, with an empty bucket in a folder of its own. s3rver has neither AbortMultipartUpload nor
 * ListMultipartUploads; both are added here.
 */
export async function startS3(address = '127.0.0.1'): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 's3-'));
  const bucket = join(folder, BUCKET);
  const unfinished = join(bucket, '._S3rver_uploads');
  // With a file of its own the folder is never empty: s3rver deletes an empty one, also while it stores an object in it.
  mkdirSync(join(bucket, PREFIX, '.drafts'), { recursive: true });
  writeFileSync(join(bucket, PREFIX, '.drafts', 'keep'), '');
  const server = new S3rver({ address, port: 0, silent: true, directory: folder, vhostBuckets: false });
  const requests: S3Server['requests'] = [];
  const note: Handler = async (context, next) => {
    requests.push({ method: context.method, url: context.url, range: context.get('range') || undefined });
    await next();
  };
  const multipart: Handler = async (context, next) => {
    const { uploadId, prefix = '' } = context.query;
    if (context.method === 'DELETE' && uploadId) abortUpload(context, join(unfinished, uploadId));
    else if (context.method === 'GET' && 'uploads' in context.query) listUploads(context, unfinished, prefix);
    else await next();
  };
  (server as unknown as { middleware: Handler[] }).middleware.unshift(note, multipart);
  const { port } = (await server.run()) as AddressInfo;
  return {
    env: {
      STORAGE_URL: `s3://${BUCKET}/${PREFIX}?endpoint=http://${address}:${port}`,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    },
    port,
    requests,
    objects: () => {
      const names = readdirSync(join(bucket, PREFIX), { recursive: true }) as string[];
      return names.flatMap((name) => (name.endsWith(OBJECT) ? [name.slice(0, -OBJECT.length)] : []));
    },
    parts: () =>
      foldersIn(unfinished).flatMap((id) => readdirSync(join(unfinished, id)).filter((name) => /^\d+$/.test(name))),
    async stop() {
      // A client whose machine was cut off never closes its connections.
      (server as unknown as { httpServer: Server }).httpServer.closeAllConnections();
      if (existsSync(folder)) await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const OBJECT = '._S3rver_object';

const foldersIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function abortUpload(context: Context, folder: string): void {
  const isThere = existsSync(folder);
  rmSync(folder, { recursive: true, force: true });
  context.status = isThere ? 204 : 404;
  if (!isThere) context.body = '<Error><Code>NoSuchUpload</Code></Error>';
}

function listUploads(context: Context, folder: string, prefix: string): void {
  const uploads = foldersIn(folder).flatMap((id) => {
    const key = readFileSync(join(folder, id, 'key'), 'utf8');
    return key.startsWith(prefix) ? [`<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`] : [];
  });
  context.status = 200;
  context.body = `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${uploads.join('')}</ListMultipartUploadsResult>`;
}
