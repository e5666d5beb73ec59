import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Schemas } from '../api/client.js';
import { followProgress, hasEnded, type Progress } from '../api/events.js';

/** The progress of an upload as it happens; null when the upload has ended. Queries about it are fresh when it ends. */
export function useProgress(upload: Schemas['UploadDto'] | undefined): Progress | null {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const id = upload?.id;
  const isRunning = upload !== undefined && !hasEnded(upload.status);
  useEffect(() => {
    if (!id || !isRunning) return;
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
  }, [id, isRunning, queries]);
  return isRunning ? progress : null;
}
