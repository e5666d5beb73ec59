import { useSyncExternalStore } from 'react';
import { refused, type Schemas } from '../api/client.js';
import { asProblem, ProblemError, unreachable } from '../api/problem.js';
import { queryClient } from '../app/query-client.js';
import { session } from '../session/session.js';
import { Pace } from './pace.js';

export type UploadOptions = Record<string, string>;

/** A file whose bytes are on their way. It goes on while other pages are shown. */
export interface Transfer {
  id: string;
  file: File;
  options: UploadOptions;
  state: 'sending' | 'waiting' | 'done' | 'failed';
  sent: number;
  /** Bytes per second over the last seconds; null before there is something to measure. */
  rate: number | null;
  /** Seconds until the next attempt, while `waiting` for a line that was lost. */
  waitSeconds: number;
  error: ProblemError | null;
  upload: Schemas['UploadDto'] | null;
}

/** Attempts after a lost line, with growing pauses: some two minutes in all. */
const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30, 60];

let transfers: readonly Transfer[] = [];
const listeners = new Set<() => void>();
const aborts = new Map<string, () => void>();

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

/**
 * Sends a file. When the line is lost, it is told and the file is sent again under the same Idempotency-Key, so that it is stored
 * once even if only the answer was lost.
 * @returns the upload; rejects with a ProblemError when the service refuses it or the person stops it
 */
export async function send(file: File, options: UploadOptions = {}): Promise<Schemas['UploadDto']> {
  const id = crypto.randomUUID();
  const start = { state: 'sending', sent: 0, rate: null, waitSeconds: 0, error: null, upload: null } as const;
  set([...transfers, { id, file, options, ...start }]);
  addEventListener('beforeunload', askBeforeLeaving);
  try {
    const upload = await attempts(id, file, options);
    change(id, { state: 'done', sent: file.size, upload });
    void queryClient.invalidateQueries({ queryKey: ['uploads'] });
    return upload;
  } catch (error) {
    change(id, { state: 'failed', error: asProblem(error) });
    throw error;
  } finally {
    aborts.delete(id);
    if (!transfers.some(isOnTheWay)) removeEventListener('beforeunload', askBeforeLeaving);
  }
}

/** Stops a transfer that is on its way, and takes it off the list. */
export function dismiss(id: string): void {
  aborts.get(id)?.();
  set(transfers.filter((transfer) => transfer.id !== id));
}

const isOnTheWay = ({ state }: Transfer) => state === 'sending' || state === 'waiting';
const askBeforeLeaving = (event: BeforeUnloadEvent) => event.preventDefault();

async function attempts(id: string, file: File, options: UploadOptions): Promise<Schemas['UploadDto']> {
  let isStopped = false;
  for (const pause of [...PAUSES_SECONDS, null]) {
    try {
      change(id, { state: 'sending', sent: 0, rate: null });
      return await sendOnce(id, file, options);
    } catch (error) {
      const isLost = error instanceof ProblemError && (error.status === 0 || error.status === 503);
      if (!isLost || pause === null || !transfers.some((transfer) => transfer.id === id)) throw error;
      aborts.set(id, () => {
        isStopped = true;
      });
      for (let left = pause; left > 0; left -= 1) {
        if (isStopped) throw error;
        change(id, { state: 'waiting', waitSeconds: left });
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
  throw unreachable();
}

/** XMLHttpRequest and not fetch, which tells nothing about the bytes that went up. */
function sendOnce(id: string, file: File, options: UploadOptions): Promise<Schemas['UploadDto']> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const pace = new Pace();
    request.upload.onprogress = ({ loaded }) => change(id, { sent: loaded, rate: pace.at(performance.now(), loaded) });
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 201) return resolve(body as Schemas['UploadDto']);
      const headers = new Headers({ 'retry-after': request.getResponseHeader('retry-after') ?? '' });
      reject(refused({ status: request.status, headers }, body));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(unreachable());
    aborts.set(id, () => request.abort());
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
