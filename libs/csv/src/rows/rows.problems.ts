import { shownValue } from '@app/csv-format';
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

export const PageTooLarge = defineProblem<{ limit_bytes: number }>('page_too_large', {
  status: 400,
  title: 'The rows of the page are too long',
  detail: ({ limit_bytes }) =>
    `The rows of a page have at most ${limit_bytes / 1024 / 1024} MiB together. Ask for fewer rows by \`page_size\`, or read them all from \`export/\`.`,
});

export const TypeDoesNotHold = defineProblem<{
  column: string;
  type: string;
  format: string | null;
  exceptions: number;
  first: { row_id: number; value: string };
}>('type_does_not_hold', {
  status: 422,
  title: 'The column has other values',
  detail: ({ column, type, format, exceptions, first }) =>
    `${exceptions} ${exceptions === 1 ? 'cell' : 'cells'} of ${JSON.stringify(column)} ${exceptions === 1 ? 'is' : 'are'} not of type ${type}${format === null ? '' : ` as in ${JSON.stringify(format)}`}; the first is ${shownValue(first.value)} in row ${first.row_id}. If such texts stand for no value, name them in \`null_values\`.`,
});

export const FormatNeeded = defineProblem<{ column: string; type: string }>('format_needed', {
  status: 422,
  title: 'The order of day and month is open',
  detail: ({ column, type }) =>
    `No value of ${JSON.stringify(column)} shows whether the day or the month comes first. Name the \`format\` with the type ${type}, such as DD/MM/YYYY.`,
});
