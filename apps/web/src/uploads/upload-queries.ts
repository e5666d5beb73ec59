import { queryOptions } from '@tanstack/react-query';
import { api, call } from '../api/client.js';
import { hasEnded } from '../api/events.js';

export const uploadQuery = (id: string) =>
  queryOptions({
    queryKey: ['upload', id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/csv-data/uploads/{id}/', { params: { path: { id } }, signal })),
  });

/** How often the list asks how the files are that are being read. */
const LIST_EVERY_MS = 1_500;

/**
 * A page of the list. It asks again while a file of it is being read, and does not follow the events of each: a browser opens six
 * connections to a host, and six streams would leave none for anything else.
 */
export const uploadsQuery = (page: number) =>
  queryOptions({
    queryKey: ['uploads', page],
    queryFn: ({ signal }) =>
      call(api.GET('/api/v1/csv-data/uploads/', { params: { query: { page, page_size: 20 } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.results.some(({ status }) => !hasEnded(status)) ? LIST_EVERY_MS : false,
  });
