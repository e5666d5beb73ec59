import { type ReactNode, Suspense, useState } from 'react';

/**
 * Draws what is loaded by `lazy` from the first time it is opened on, so that the view does not load it before. It stays when it is closed
 * again, to end as it does by itself.
 */
export function Opened({ when, children }: { when: boolean; children: ReactNode }) {
  const [was, setWas] = useState(when);
  if (when && !was) setWas(true);
  return was ? <Suspense>{children}</Suspense> : null;
}
