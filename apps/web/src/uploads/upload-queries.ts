import { queryOptions } from '@tanstack/react-query';
import { api, call } from '../api/client.js';

export const uploadQuery = (id: string) =>
  queryOptions({
    queryKey: ['upload', id],
    queryFn: ({ signal }) => call(api.GET('/api/v1/csv-data/uploads/{id}/', { params: { path: { id } }, signal })),
  });

export const uploadsQuery = (page: number) =>
  queryOptions({
    queryKey: ['uploads', page],
    queryFn: ({ signal }) =>
      call(api.GET('/api/v1/csv-data/uploads/', { params: { query: { page, page_size: 20 } }, signal })),
  });
