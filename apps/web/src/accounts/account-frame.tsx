import type { ReactNode } from 'react';
import { useTitle } from '../app/title.js';

/** The frame of the pages for people without a session. */
export function AccountFrame({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) {
  useTitle(title);
  return (
    <main className="account-frame">
      <p className="brand">Task service: CSV files and tasks</p>
      <h1>{title}</h1>
      {children}
      {below && <p className="account-below">{below}</p>}
    </main>
  );
}
