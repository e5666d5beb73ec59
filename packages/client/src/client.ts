import createClient, { type Client } from 'openapi-fetch';
import { problemError } from './problem-error.js';
import { progressEvents } from './progress-events.js';
import type { paths } from './schema.js';
import { type FileSource, sendFile } from './send-file.js';
import type {
  ExportQuestion,
  Preview,
  Reject,
  RejectPage,
  Row,
  RowsQuestion,
  RowsWarning,
  Session,
  Upload,
  UploadOptions,
  UploadProgress,
} from './types.js';

export interface ClientOptions {
  /** Where the service is, such as `http://localhost:3000`. */
  url: string;
  /** From an earlier login. */
  token?: string;
}

export interface UploadRequest {
  /** The name under which the file is shown; by default that of the File. */
  filename?: string;
  /** How the file is to be read; what is left out is detected. */
  options?: UploadOptions;
  /** Sent again with the same key and file, a request has the same answer, and the file is stored once. */
  idempotencyKey?: string;
  /** Is told the number of bytes that were sent so far. */
  onBytes?: (sent: number) => void;
  signal?: AbortSignal;
}

export type PreviewRequest = Pick<UploadRequest, 'options' | 'signal'>;

export interface WaitOptions {
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
}

/** A file of rejects. It is uploaded with the options of the first upload, except `skip`. */
export interface RejectsDownload {
  file: ReadableStream<Uint8Array>;
  /** A few records may be too little to recognise it by: declare it, unless it is UTF-8 or UTF-16. */
  encoding: string;
  /** How many records of more than 64 KiB are not in the file; `rejects` lists them. */
  leftOut: number;
}

/** The most rows and rejects that one answer may have. */
const ROWS_PER_PAGE = 500;
const REJECTS_PER_PAGE = 100;

const UPLOADS = '/api/v1/csv-data/uploads/';
const PREVIEWS = '/api/v1/csv-data/previews/';

/** The service reads the first MiB. The byte behind it tells that the file goes on. */
const PREVIEW_BYTES = 1024 * 1024 + 1;

/**
 * A client of the service. What has a method here takes more than one call; for all else there is `call(client.api.GET(…))`.
 * @example
 * const client = new CsvTasks({ url: 'http://localhost:3000' });
 * await client.login('ada@example.org', 'violet-harbour-29-lamps');
 * const upload = await client.wait((await client.upload(file)).id);
 * for await (const { data } of client.rows(upload.id, { filters: { city: 'Paris' } })) console.log(data);
 */
export class CsvTasks {
  /** Every operation, typed by the OpenAPI document. */
  readonly api: Client<paths>;
  private readonly url: string;
  private token: string | undefined;

  constructor({ url, token }: ClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.token = token;
    this.api = createClient<paths>({ baseUrl: this.url });
    this.api.use({
      onRequest: ({ request }) => {
        for (const [name, value] of Object.entries(this.authorization())) request.headers.set(name, value);
        return request;
      },
    });
  }

  private authorization(): Record<string, string> {
    return this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
  }

  /** The data of an answer. @throws ProblemError */
  async call<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const { data, error, response } = await request;
    if (!response.ok) throw problemError(response.status, response.headers, error);
    return data as T;
  }

  /** Logs in; later calls send the token of the session. @throws ProblemError */
  async login(email: string, password: string): Promise<Session> {
    const session = await this.call(this.api.POST('/api/v1/auth/user/login/', { body: { email, password } }));
    this.token = session.token;
    return session;
  }

  /**
   * Sends a file. The answer comes when its bytes are safe; `wait` tells when it has been read.
   * @throws ProblemError
   */
  async upload(file: FileSource, request: UploadRequest = {}): Promise<Upload> {
    const { filename = (file as { name?: string }).name, options, idempotencyKey, onBytes, signal } = request;
    const query = queryString({ ...options, filename });
    const headers = {
      ...this.authorization(),
      'content-type': 'application/octet-stream',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const answer = await sendFile({ url: `${this.url}${UPLOADS}${query}`, headers, signal, onBytes }, file);
    const body = parsed(answer.text);
    if (answer.status !== 201) throw problemError(answer.status, answer.headers, body);
    return body as Upload;
  }

  /**
   * Tells how the service would read a file, and stores nothing. Only the first MiB is sent.
   * @throws ProblemError
   */
  async preview(file: FileSource, { options, signal }: PreviewRequest = {}): Promise<Preview> {
    const headers = { ...this.authorization(), 'content-type': 'application/octet-stream' };
    const url = `${this.url}${PREVIEWS}${queryString({ ...options })}`;
    const start = file instanceof Blob ? file.slice(0, PREVIEW_BYTES) : firstBytes(file, PREVIEW_BYTES);
    const answer = await sendFile({ url, headers, signal }, start);
    const body = parsed(answer.text);
    if (answer.status !== 200) throw problemError(answer.status, answer.headers, body);
    return body as Preview;
  }

  /** Progress by server-sent events, until the upload has ended or was deleted. @throws ProblemError */
  progress(id: string, signal?: AbortSignal): AsyncGenerator<UploadProgress> {
    return progressEvents(
      (lastEventId) =>
        this.open(`${UPLOADS}${id}/events/`, signal, lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      signal,
    );
  }

  /** Waits until an upload has ended: completed, failed or cancelled. @throws ProblemError, also when it is deleted meanwhile */
  async wait(id: string, { onProgress, signal }: WaitOptions = {}): Promise<Upload> {
    for await (const progress of this.progress(id, signal)) onProgress?.(progress);
    return this.getUpload(id);
  }

  /** @throws ProblemError */
  getUpload(id: string): Promise<Upload> {
    return this.call(this.api.GET('/api/v1/csv-data/uploads/{id}/', { params: { path: { id } } }));
  }

  /** The rows of a completed upload, one after the other, however many there are. @throws ProblemError */
  async *rows(id: string, question: RowsQuestion = {}): AsyncGenerator<Row> {
    const query = {
      ...question,
      filters: filtersText(question.filters),
      page_size: ROWS_PER_PAGE,
      count: 'none' as const,
    };
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: { data: Row[]; pagination: { next_cursor: string | null } } = await this.call(
        this.api.GET('/api/v1/csv-data/uploads/{id}/data/', {
          params: { path: { id }, query: { ...query, ...(cursor !== undefined && { cursor }) } },
        }),
      );
      yield* page.data;
      cursor = page.pagination.next_cursor;
    }
  }

  /** Why the answer to a question may not be what was meant, such as numbers in a column of texts. @throws ProblemError */
  async rowsWarnings(id: string, question: RowsQuestion = {}): Promise<RowsWarning[]> {
    const query = { ...question, filters: filtersText(question.filters), page_size: 1, count: 'none' as const };
    const page = await this.call(
      this.api.GET('/api/v1/csv-data/uploads/{id}/data/', { params: { path: { id }, query } }),
    );
    return page.warnings;
  }

  /** The rejected records of an upload, in the order of the file. @throws ProblemError */
  async *rejects(id: string): AsyncGenerator<Reject> {
    for (let page = 1; ; page++) {
      const answer = await this.call(
        this.api.GET('/api/v1/csv-data/uploads/{id}/rejects/', {
          params: { path: { id }, query: { page, page_size: REJECTS_PER_PAGE } },
        }),
      );
      // Only `format=csv` is answered with a text.
      const { results, next } = answer as RejectPage;
      yield* results;
      if (next === null) return;
    }
  }

  /** All matching rows as one file. A stream that ends properly is complete. @throws ProblemError */
  async export(id: string, question: ExportQuestion = {}, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const query = queryString({ ...question, filters: filtersText(question.filters) });
    return (await this.open(`${UPLOADS}${id}/export/${query}`, signal)).body!;
  }

  /** All rejected records as one file, to be corrected and uploaded again. @throws ProblemError */
  async rejectsFile(id: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return (await this.rejectsDownload(id, signal)).file;
  }

  /** As `rejectsFile`, with what its upload needs and what it lacks. @throws ProblemError */
  async rejectsDownload(id: string, signal?: AbortSignal): Promise<RejectsDownload> {
    const { body, headers } = await this.open(`${UPLOADS}${id}/rejects/?format=csv`, signal);
    const [, encoding = 'utf-8'] = /charset=([^;]+)/.exec(headers.get('content-type') ?? '') ?? [];
    return { file: body!, encoding, leftOut: Number(headers.get('x-rejects-left-out') ?? 0) };
  }

  private async open(path: string, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(this.url + path, { headers: { ...this.authorization(), ...headers }, signal });
    if (!response.ok) throw problemError(response.status, response.headers, parsed(await response.text()));
    return response;
  }
}

async function* firstBytes(file: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit;
  for await (const chunk of file) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

const filtersText = (filters: RowsQuestion['filters']): string | undefined =>
  filters === undefined || typeof filters === 'string' ? filters : JSON.stringify(filters);

function queryString(values: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `?${query}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
