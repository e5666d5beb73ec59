import type { FastifyReply } from 'fastify';
import { strongEtag, weakEtag } from './conditional.js';

/** The handler's headers that are stored. What hooks set (ids, limits, security) belongs to the request and is not. */
const STORED_HEADERS = ['link', 'last-modified', 'content-location'] as const;

export interface AnswerHead {
  etag: string;
  headers: Record<string, string>;
  /** The value of the volatile member when the answer was loaded; see `CachedGetOptions.volatile`. */
  volatile?: unknown;
}

/** The stored form of an answer: one line of JSON with its head, then the body as it is sent. */
export function packAnswer(
  answer: unknown,
  reply: FastifyReply,
  { weak, volatile }: { weak: boolean; volatile?: string | undefined },
): string {
  const { stable, member } = splitOff(answer, volatile);
  const body = JSON.stringify(stable) ?? 'null';
  const headers: Record<string, string> = {};
  for (const name of STORED_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  const own = reply.getHeader('etag');
  const etag = own === undefined ? (weak ? weakEtag(body) : strongEtag(body)) : String(own);
  return `${JSON.stringify({ etag, headers, volatile: member } satisfies AnswerHead)}\n${body}`;
}

export function unpackAnswer(bytes: Buffer): { head: AnswerHead; body: Buffer } {
  const end = bytes.indexOf(0x0a);
  return { head: JSON.parse(bytes.toString('utf8', 0, end)) as AnswerHead, body: bytes.subarray(end + 1) };
}

/** Appends a member to a JSON object that is present as bytes. */
export function withMember(object: Buffer, name: string, value: unknown): Buffer {
  const open = object.subarray(0, object.length - 1);
  const comma = open.length > 1 ? ',' : '';
  return Buffer.concat([open, Buffer.from(`${comma}${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}}`)]);
}

function splitOff(answer: unknown, member: string | undefined): { stable: unknown; member?: unknown } {
  if (member === undefined) return { stable: answer };
  const { [member]: value, ...stable } = answer as Record<string, unknown>;
  return { stable, member: value };
}
