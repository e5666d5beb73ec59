import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { callerOf, canonicalQuery } from '../cached-get/cache-key.js';
import { IdempotencyKeyInvalid } from './idempotency.problems.js';

/** A key as the store knows it: whose, and not in clear. */
export interface StoredKey {
  scope: string;
  keyHash: Buffer;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * The key that the client sent, if any.
 * @throws IdempotencyKeyInvalid; a header sent twice is joined by Node with a comma and a space, and is not valid either.
 */
export function sentKey(request: FastifyRequest): string | undefined {
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return undefined;
  if (typeof sent !== 'string' || !VISIBLE_ASCII.test(sent)) throw new IdempotencyKeyInvalid();
  return sent;
}

/**
 * Whose key it is: the caller's, or, of a route without one, that of whom the request is about. There two strangers
 * who both call their request "1" do not get in each other's way, nor see each other's answers.
 */
export function storedKey(key: string, request: FastifyRequest, subject?: (body: unknown) => string): StoredKey {
  const caller = callerOf(request);
  const scope =
    caller === undefined ? `anyone:${sha256(subject?.(request.body) ?? '').toString('base64url')}` : `user:${caller}`;
  return { scope, keyHash: sha256(key) };
}

/**
 * What makes a request the same: method, address, query and `content`. Keyed with the key that the client sent, which is
 * itself kept as a hash only: a plain hash of a body with a password in it would be easier to try passwords on than the
 * password's own.
 */
export function fingerprint(key: string, request: FastifyRequest, content: string | Buffer): Buffer {
  const path = request.url.split('?', 1)[0]!.replace(/\/$/, '');
  const query = canonicalQuery(request.query as Record<string, string>);
  return createHmac('sha256', key).update(`${request.method} ${path}?${query}\n`).update(content).digest();
}

/** JSON in which the order of members makes no difference. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join()}}`;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
