import { defineProblem, didYouMean } from '@app/problems';

export const UploadNotReady = defineProblem<{ upload_status: string }>('upload_not_ready', {
  status: 409,
  title: 'The upload is not ready',
  detail: ({ upload_status }) => `Rows can be read once the upload is completed; its status is ${upload_status}.`,
});

export const UnknownColumn = defineProblem<{
  column: string;
  parameter: string;
  known_columns: string[];
  nearest: string | null;
}>('unknown_column', {
  status: 400,
  title: 'The column does not exist',
  detail: ({ column, parameter, nearest }) =>
    `\`${parameter}\` names the column ${JSON.stringify(column)}, which does not exist.${didYouMean(nearest)}`,
});

/** `column` is null where the operator would be a group, such as `$or`. */
export const UnknownOperator = defineProblem<{
  operator: string;
  column: string | null;
  known_operators: string[];
  nearest: string | null;
}>('unknown_operator', {
  status: 400,
  title: 'The operator does not exist',
  detail: ({ operator, column, nearest }) =>
    `${column === null ? 'A group' : `The filter on ${JSON.stringify(column)}`} uses the operator ${JSON.stringify(operator)}, which does not exist.${didYouMean(nearest)}`,
});

export const InvalidFilterValue = defineProblem<{ column: string; operator: string; expected: string }>(
  'invalid_filter_value',
  {
    status: 400,
    title: 'A filter value is invalid',
    detail: ({ column, operator, expected }) => `\`${operator}\` on ${JSON.stringify(column)} takes ${expected}.`,
  },
);

export const QueryTimeout = defineProblem('query_timeout', {
  status: 503,
  title: 'The query took too long',
  detail:
    'The query was stopped at its time limit. An index for it may be under construction: try again shortly, or narrow the filters.',
  headers: { 'Retry-After': '5' },
});
