import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { type ChosenFile, queryOf } from './chosen-file.js';
import { headOf, linesOfHead } from './file-head.js';

export type Preview = Schemas['PreviewDto'];

/** The pause in typing after which a preview is asked for. */
const PAUSE_MS = 250;

/**
 * How the service would read the file with what was said about it. Each change asks anew after a pause, and ends the question before,
 * so the last one is answered. Until then, and while the service refuses an option, the last preview stays.
 */
export function usePreview(chosen: ChosenFile) {
  const query = useSettled(JSON.stringify(queryOf(chosen)));
  const { data, error, isFetching } = useQuery({
    queryKey: ['preview', chosen.id, query],
    queryFn: ({ signal }) => ask(chosen.file, JSON.parse(query), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [last, setLast] = useState<Preview | undefined>(data);
  if (data && data !== last) setLast(data);
  return { preview: data ?? last, error, isLooking: isFetching };
}

const ask = (file: File, query: Record<string, string>, signal: AbortSignal): Promise<Preview> =>
  call(
    api.POST('/api/v1/csv-data/previews/', {
      params: { query: { filename: file.name, ...query } },
      body: headOf(file) as never,
      bodySerializer: (body) => body as unknown as Blob,
      headers: { 'Content-Type': 'application/octet-stream' },
      signal,
    }),
  );

/** The lines of the file's head, as far as the browser can read them in this encoding. */
export function useLines({ id, file }: ChosenFile, encoding: string | undefined): readonly string[] {
  const { data } = useQuery({
    queryKey: ['lines', id, encoding],
    queryFn: () => linesOfHead(headOf(file), encoding!),
    enabled: encoding !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? [];
}

/** The value, once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
