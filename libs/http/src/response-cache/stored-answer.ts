import type { FastifyReply } from 'fastify';
import type { Page } from '../pagination.js';
import { etagOfHash, strongEtag, weakEtag } from './conditional.js';
import { type WrittenJson, writtenPage } from './written-json.js';

/** The handler's headers that are stored. What hooks set (ids, limits, security) belongs to the request and is not. */
const STORED_HEADERS = ['link', 'last-modified', 'content-location'] as const;

/** What a handler answered: a body of JSON, and what the head of the response says about it. */
export interface Answer<Body extends string | Buffer = string | Buffer> {
  etag: string;
  headers: Record<string, string>;
  /** The value of the volatile member when the answer was loaded; see `CachedGetOptions.volatile`. */
  volatile?: unknown;
  body: Body;
}

/** The answer that a handler returned, with the headers that it set. */
export function answerOf(
  returned: unknown,
  reply: FastifyReply,
  { weak, volatile }: { weak: boolean; volatile?: string | undefined },
): Answer<string> {
  const { stable, member } = splitOff(returned, volatile);
  const body = JSON.stringify(stable) ?? 'null';
  const headers = storedHeaders(reply);
  const own = reply.getHeader('etag');
  const etag = own === undefined ? (weak ? weakEtag(body) : strongEtag(body)) : String(own);
  return { etag, headers, volatile: member, body };
}

/** As `answerOf`, of a page whose results are written already; see WrittenJson. */
export async function answerOfWritten(page: Page<WrittenJson>, reply: FastifyReply): Promise<Answer<Buffer>> {
  const { body, sha256 } = await writtenPage(page);
  return { etag: etagOfHash(sha256.toString('base64url')), headers: storedHeaders(reply), body };
}

function storedHeaders(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of STORED_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}

/** The stored form of an answer: one line of JSON with its head, then the body as it is sent. */
export function packAnswer({ body, ...head }: Answer): string | Buffer {
  const line = `${JSON.stringify(head)}\n`;
  return typeof body === 'string' ? line + body : Buffer.concat([Buffer.from(line), body]);
}

/** Reads what `packAnswer` wrote. The body is a view of `bytes`. */
export function unpackAnswer(bytes: Buffer): Answer<Buffer> {
  const end = bytes.indexOf(0x0a);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<Answer, 'body'>;
  return { ...head, body: bytes.subarray(end + 1) };
}

/** Appends a member to a body that is a JSON object. */
export function withMember(body: string | Buffer, name: string, value: unknown): string | Buffer {
  const comma = body.length > 2 ? ',' : '';
  const end = `${comma}${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}}`;
  return typeof body === 'string' ? body.slice(0, -1) + end : Buffer.concat([body.subarray(0, -1), Buffer.from(end)]);
}

function splitOff(returned: unknown, member: string | undefined): { stable: unknown; member?: unknown } {
  if (member === undefined) return { stable: returned };
  const { [member]: value, ...stable } = returned as Record<string, unknown>;
  return { stable, member: value };
}
