import { useSyncExternalStore } from 'react';

/** Who is signed in. */
export interface Session {
  token: string;
  email: string;
}

const KEY = 'session';
let current: Session | null = read();
let notice: string | null = null;
const listeners = new Set<() => void>();

/**
 * Open tabs of this page. A new tab asks them for the session, so that a link can be opened in a new tab; signing out signs out in all of
 * them. Only pages of this origin receive these messages, and a browser that was closed has no session.
 */
const tabs = new BroadcastChannel('session');

type Message = { kind: 'ask' } | { kind: 'tell'; session: Session } | { kind: 'end' };

tabs.onmessage = ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'ask' && current) tabs.postMessage({ kind: 'tell', session: current } satisfies Message);
  if (data.kind === 'tell' && !current) beginSession(data.session);
  if (data.kind === 'end') keep(null);
};

function read(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null;
  } catch {
    return null;
  }
}

function keep(next: Session | null): void {
  current = next;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

export const session = (): Session | null => current;

/** The session, or that of another tab if one answers within 60 ms. */
export function findSession(): Promise<Session | null> {
  if (current) return Promise.resolve(current);
  tabs.postMessage({ kind: 'ask' } satisfies Message);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listeners.delete(done);
      resolve(current);
    };
    const timer = setTimeout(done, 60);
    listeners.add(done);
  });
}

export function beginSession(next: Session): void {
  notice = null;
  keep(next);
}

/** @param why shown on the page to sign in; null when the person signed out */
export function endSession(why: string | null = null): void {
  if (!current) return;
  notice = why;
  keep(null);
  if (why === null) tabs.postMessage({ kind: 'end' } satisfies Message);
}

/** Why the last session ended. */
export const endNotice = (): string | null => notice;

export const onSessionChange = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSession = (): Session | null => useSyncExternalStore(onSessionChange, session);
