import { defineProblem } from '@app/problems';

export const UploadNotReady = defineProblem<{ upload_status: string }>('upload_not_ready', {
  status: 409,
  title: 'The upload is not ready',
  detail: ({ upload_status }) => `Rows are served once the upload is completed; it is ${upload_status}.`,
});

export const UnknownColumn = defineProblem<{ column: string; parameter: string; known_columns: string[] }>(
  'unknown_column',
  {
    status: 400,
    title: 'There is no such column',
    detail: ({ column, parameter }) =>
      `\`${parameter}\` names the column ${JSON.stringify(column)}, which is not there.`,
  },
);

export const UnknownOperator = defineProblem<{ operator: string; column: string; known_operators: string[] }>(
  'unknown_operator',
  {
    status: 400,
    title: 'There is no such operator',
    detail: ({ operator, column }) =>
      `The filter on ${JSON.stringify(column)} uses ${JSON.stringify(operator)}, which is not known.`,
  },
);

export const InvalidFilterValue = defineProblem<{ column: string; operator: string; expected: string }>(
  'invalid_filter_value',
  {
    status: 400,
    title: 'A filter has a value that does not fit',
    detail: ({ column, operator, expected }) => `\`${operator}\` on ${JSON.stringify(column)} takes ${expected}.`,
  },
);

export const InvalidCursor = defineProblem('invalid_cursor', {
  status: 400,
  title: 'The cursor does not fit',
  detail:
    'A cursor goes on with the query it was given for: same upload, filters, search and sort. Start again without it.',
});

export const QueryTimeout = defineProblem('query_timeout', {
  status: 503,
  title: 'The query took too long',
  detail: 'The query was stopped. An index for it may be under construction; try again shortly, or narrow the filters.',
  headers: { 'Retry-After': '5' },
});
