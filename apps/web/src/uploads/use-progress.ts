import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Schemas } from '../api/client.js';
import { followProgress, hasEnded, type Progress } from '../api/events.js';

/**
 * The progress of an upload as it happens; null when the upload has ended, or is not looked at. Queries about it are fresh when it ends. A tab
 * that is hidden follows nothing: its stream would be one of the six connections that all tabs of this page share.
 */
export function useProgress(upload: Schemas['UploadDto'] | undefined): Progress | null {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const id = upload?.id;
  const isRunning = upload !== undefined && !hasEnded(upload.status);
  const isFollowed = useIsVisible() && isRunning;
  useEffect(() => {
    if (!id || !isFollowed) return;
    const stop = new AbortController();
    const refresh = async () => {
      await queries.invalidateQueries({ queryKey: ['upload', id] });
      await queries.invalidateQueries({ queryKey: ['uploads'] });
    };
    // Whatever ends the stream, the upload itself says how things are.
    followProgress(id, setProgress, stop.signal)
      .catch(() => {})
      .then(() => (stop.signal.aborted ? undefined : refresh()));
    return () => {
      stop.abort();
      setProgress(null);
    };
  }, [id, isFollowed, queries]);
  return isFollowed ? progress : null;
}

const useIsVisible = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => !document.hidden,
  );
