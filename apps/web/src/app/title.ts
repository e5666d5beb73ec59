import { useEffect } from 'react';

export const PRODUCT = 'Task service';

/** Names the view in the tab, in the history and to screen readers, which read the title when a link is followed. */
export function useTitle(view: string): void {
  useEffect(() => {
    document.title = `${view} · ${PRODUCT}`;
  }, [view]);
}
