import { queryOptions } from '@tanstack/react-query';
import { api, call } from '../api/client.js';

/**
 * The profile of each column. The first request starts the job that computes it for a big file, so the request is repeated until it is
 * ready.
 */
export const columnsQuery = (id: string) =>
  queryOptions({
    queryKey: ['columns', id],
    queryFn: ({ signal }) =>
      call(api.GET('/api/v1/csv-data/uploads/{id}/columns/', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.profile === 'building' ? 1_500 : false),
    staleTime: 60_000,
  });
