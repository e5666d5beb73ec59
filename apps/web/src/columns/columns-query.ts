import { queryOptions } from '@tanstack/react-query';
import { api, call } from '../api/client.js';

/** The profile of each column. That of a big file is computed when it is first asked for, so it is asked for again until it is there. */
export const columnsQuery = (id: string) =>
  queryOptions({
    queryKey: ['columns', id],
    queryFn: ({ signal }) =>
      call(api.GET('/api/v1/csv-data/uploads/{id}/columns/', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.profile === 'building' ? 1_500 : false),
    staleTime: 60_000,
  });
