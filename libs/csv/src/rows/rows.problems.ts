import { defineProblem } from '@app/problems';

export const UploadNotReady = defineProblem<{ upload_status: string }>('upload_not_ready', {
  status: 409,
  title: 'The upload is not ready',
  detail: ({ upload_status }) => `Rows can be read once the upload is completed; its status is ${upload_status}.`,
});

export const UnknownColumn = defineProblem<{ column: string; parameter: string; known_columns: string[] }>(
  'unknown_column',
  {
    status: 400,
    title: 'The column does not exist',
    detail: ({ column, parameter }) =>
      `\`${parameter}\` names the column ${JSON.stringify(column)}, which does not exist.`,
  },
);

export const UnknownOperator = defineProblem<{ operator: string; column: string; known_operators: string[] }>(
  'unknown_operator',
  {
    status: 400,
    title: 'The operator does not exist',
    detail: ({ operator, column }) =>
      `The filter on ${JSON.stringify(column)} uses the operator ${JSON.stringify(operator)}, which does not exist.`,
  },
);

export const InvalidFilterValue = defineProblem<{ column: string; operator: string; expected: string }>(
  'invalid_filter_value',
  {
    status: 400,
    title: 'A filter value is invalid',
    detail: ({ column, operator, expected }) => `\`${operator}\` on ${JSON.stringify(column)} takes ${expected}.`,
  },
);

export const InvalidCursor = defineProblem('invalid_cursor', {
  status: 400,
  title: 'The cursor is invalid',
  detail:
    'A cursor is valid only for the upload, filters, search and sort that it was returned for. Start again without it.',
});

export const QueryTimeout = defineProblem('query_timeout', {
  status: 503,
  title: 'The query took too long',
  detail:
    'The query was stopped at its time limit. An index for it may be under construction: try again shortly, or narrow the filters.',
  headers: { 'Retry-After': '5' },
});
