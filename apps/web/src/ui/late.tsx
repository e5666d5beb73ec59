import { type ReactNode, useEffect, useState } from 'react';

/** Shows its content after 200 ms: what is ready before then needs no sign of waiting, which would only flicker. */
export function Late({ children }: { children: ReactNode }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? children : null;
}

/** Grey lines where a list is going to be. */
export function Skeleton({ lines = 5, label }: { lines?: number; label: string }) {
  return (
    <Late>
      <div className="skeleton" role="status">
        <span className="visually-hidden">{label}</span>
        {Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
          <div key={line} className="skeleton-line" />
        ))}
      </div>
    </Late>
  );
}
