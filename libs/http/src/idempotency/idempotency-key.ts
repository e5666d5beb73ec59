import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../caller.js';
import { canonicalQuery } from '../response-cache/cache-key.js';
import { IdempotencyKeyInvalid } from './idempotency.problems.js';

/** The stored form of a key: its owner, and a hash of it. */
export interface StoredKey {
  scope: string;
  keyHash: Buffer;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * The key that the client sent, if any.
 * @throws IdempotencyKeyInvalid, also for a header that was sent twice: Node joins the two with a comma and a space.
 */
export function sentKey(request: FastifyRequest): string | undefined {
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return undefined;
  if (typeof sent !== 'string' || !VISIBLE_ASCII.test(sent)) throw new IdempotencyKeyInvalid();
  return sent;
}

/**
 * The key belongs to the caller or, on a route without a caller, to the subject of the request. So two clients that both use the
 * key "1" neither block each other nor see each other's answers.
 */
export function storedKey(key: string, request: FastifyRequest, subject?: (body: unknown) => string): StoredKey {
  const caller = callerOf(request);
  const scope =
    caller === undefined ? `anyone:${sha256(subject?.(request.body) ?? '').toString('base64url')}` : `user:${caller}`;
  return { scope, keyHash: sha256(key) };
}

/**
 * Identifies a request: method, address, query and `content`. It is an HMAC with the key that the client sent, of which only a hash
 * is stored. With a plain hash of a body that contains a password, passwords could be tried faster than with the password's own hash.
 */
export function fingerprint(key: string, request: FastifyRequest, content: string | Buffer): Buffer {
  const path = request.url.split('?', 1)[0]!.replace(/\/$/, '');
  const query = canonicalQuery(request.query as Record<string, string>);
  return createHmac('sha256', key).update(`${request.method} ${path}?${query}\n`).update(content).digest();
}

/** JSON that does not depend on the order of members. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join()}}`;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
