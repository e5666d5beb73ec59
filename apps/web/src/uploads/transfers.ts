import { useSyncExternalStore } from 'react';
import { refused, type Schemas } from '../api/client.js';
import { asProblem, type ProblemError, unreachable } from '../api/problem.js';
import { newId } from '../app/new-id.js';
import { queryClient } from '../app/query-client.js';
import { onSessionChange, session } from '../session/session.js';
import { Pace } from './pace.js';
import { Turns } from './turns.js';
import { isUndecided } from './undecided.js';

export type UploadOptions = Record<string, string>;

/** A file whose bytes are on their way. It goes on while other pages are shown, until the session ends. */
export interface Transfer {
  /** Also its Idempotency-Key, through all attempts, so that the file is stored once even if an answer was lost. */
  id: string;
  file: File;
  options: UploadOptions;
  state: 'queued' | 'sending' | 'waiting' | 'done' | 'failed';
  sent: number;
  /** Bytes per second over the last seconds; null before there is something to measure. */
  rate: number | null;
  /** Seconds until the next attempt, while `waiting`. */
  waitSeconds: number;
  /** Why the last attempt failed, while `waiting` for the next one. */
  cause: ProblemError | null;
  /** Why it failed for good. */
  error: ProblemError | null;
  upload: Schemas['UploadDto'] | null;
}

/** Attempts after a lost line, with growing pauses: some two minutes in all. */
const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30, 60];

/** A browser opens six connections to a host. What is shown meanwhile needs some of them. */
const turns = new Turns(3);

let transfers: readonly Transfer[] = [];
const listeners = new Set<() => void>();
/** By the id of each transfer that has not ended. */
const stops = new Map<string, AbortController>();

function set(next: readonly Transfer[]): void {
  transfers = next;
  for (const listener of listeners) listener();
}

const change = (id: string, changes: Partial<Transfer>) =>
  set(transfers.map((transfer) => (transfer.id === id ? { ...transfer, ...changes } : transfer)));

export const useTransfers = (): readonly Transfer[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => transfers,
  );

const START = { state: 'queued', sent: 0, rate: null, waitSeconds: 0, cause: null, error: null, upload: null } as const;

/**
 * Sends a file. When the line is lost or the service is busy, that is told and the file is sent again under the same Idempotency-Key.
 * @returns the upload; rejects with a ProblemError when the service refuses it or the person stops it
 */
export function send(file: File, options: UploadOptions = {}): Promise<Schemas['UploadDto']> {
  const transfer: Transfer = { id: newId(), file, options, ...START };
  set([...transfers, transfer]);
  return carryOut(transfer);
}

/** Sends the file of a failed transfer once more, under its old Idempotency-Key: the service may have stored it though it did not say so. */
export function sendAgain(transfer: Transfer): Promise<Schemas['UploadDto']> {
  change(transfer.id, START);
  return carryOut(transfer);
}

/** Stops a transfer that is on its way, and takes it off the list. */
export function dismiss(id: string): void {
  stops.get(id)?.abort();
  set(transfers.filter((transfer) => transfer.id !== id));
}

// What somebody sent is not shown to who signs in next, and does not go on in the name of that person.
onSessionChange(() => {
  if (session()) return;
  for (const { id } of transfers) dismiss(id);
});

async function carryOut({ id, file, options }: Transfer): Promise<Schemas['UploadDto']> {
  const stop = new AbortController();
  stops.set(id, stop);
  addEventListener('beforeunload', askBeforeLeaving);
  try {
    const upload = await turns.take(() => attempts(id, file, options, stop.signal), stop.signal);
    change(id, { state: 'done', sent: file.size, upload });
    return upload;
  } catch (error) {
    change(id, { state: 'failed', error: asProblem(error) });
    throw error;
  } finally {
    stops.delete(id);
    if (stops.size === 0) removeEventListener('beforeunload', askBeforeLeaving);
    // Also after a failure: the file may be stored though its answer was lost.
    if (session()) void queryClient.invalidateQueries({ queryKey: ['uploads'] });
  }
}

const askBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault();

async function attempts(
  id: string,
  file: File,
  options: UploadOptions,
  signal: AbortSignal,
): Promise<Schemas['UploadDto']> {
  for (const pause of [...PAUSES_SECONDS, null]) {
    try {
      change(id, { state: 'sending', sent: 0, rate: null });
      return await sendOnce(id, file, options, signal);
    } catch (error) {
      if (signal.aborted || pause === null || !isUndecided(error)) throw error;
      for (let left = Math.max(pause, error.retryAfter ?? 0); left > 0; left -= 1) {
        change(id, { state: 'waiting', waitSeconds: left, cause: error });
        await second(signal);
      }
    }
  }
  throw unreachable();
}

/** A second of waiting, which a stop cuts short. */
const second = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(unreachable());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, 1000);
    signal.addEventListener('abort', onAbort, { once: true });
  });

/** XMLHttpRequest and not fetch, which tells nothing about the bytes that went up. */
function sendOnce(id: string, file: File, options: UploadOptions, signal: AbortSignal): Promise<Schemas['UploadDto']> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const pace = new Pace();
    const abort = () => request.abort();
    request.upload.onprogress = ({ loaded }) => change(id, { sent: loaded, rate: pace.at(performance.now(), loaded) });
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 201) return resolve(body as Schemas['UploadDto']);
      const headers = new Headers({ 'retry-after': request.getResponseHeader('retry-after') ?? '' });
      reject(refused({ status: request.status, headers }, body));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(unreachable());
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.open('POST', `/api/v1/csv-data/uploads/?${new URLSearchParams({ filename: file.name, ...options })}`);
    request.setRequestHeader('Authorization', `Bearer ${session()?.token ?? ''}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Idempotency-Key', id);
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
