import { defineProblem, didYouMean } from '@app/problems';

export const UnknownOption = defineProblem<{ option: string; known_options: string[]; nearest: string | null }>(
  'unknown_option',
  {
    status: 400,
    title: 'The option does not exist',
    detail: ({ option, nearest }) =>
      `The query has the parameter ${JSON.stringify(option)}, which is no option of this request.${didYouMean(nearest)}`,
  },
);

// Files that are not CSV. The request is refused if the first bytes show it; otherwise the ingest fails with the same code.

export const NO_RECORD_TEXT = 'The file has no record: it is empty, or it has only blank lines.';
export const NO_COLUMNS_TEXT = 'No line with columns was found where the header or the first record should be.';

export const CsvEmpty = defineProblem('csv_empty', {
  status: 422,
  title: 'The file is empty',
  detail: NO_RECORD_TEXT,
});

export const CsvNotText = defineProblem<{ format: string }>('csv_not_text', {
  status: 422,
  title: 'The file is not CSV',
  detail: ({ format }) => `The content of the file is ${format}, not CSV. The name of the file does not count.`,
});

export const CsvNoColumns = defineProblem('csv_no_columns', {
  status: 422,
  title: 'The file has no columns',
  detail: NO_COLUMNS_TEXT,
});

export const namesText = (names: number, columns: number): string =>
  `names= has ${names} names, but the table has ${columns} columns. Give one for each; a name with a comma is quoted.`;

export const NamesDoNotFit = defineProblem<{ names: number; columns: number }>('names_do_not_fit', {
  status: 422,
  title: 'The names do not fit the columns',
  detail: ({ names, columns }) => namesText(names, columns),
});

// Bodies that cannot be received.

export const UploadTooLarge = defineProblem<{ limit_bytes: number }>('upload_too_large', {
  status: 413,
  title: 'The file is too large',
  detail: ({ limit_bytes }) => `A file may have at most ${limit_bytes} bytes. Nothing of it was kept.`,
});

export const QuotaExceeded = defineProblem<{ limit_bytes: number; used_bytes: number }>('quota_exceeded', {
  status: 413,
  title: 'Your files take all of your storage',
  detail: ({ limit_bytes, used_bytes }) =>
    `Your files may have ${limit_bytes} bytes together, and have ${used_bytes} already. Delete uploads that you do not need. Nothing of this one was kept.`,
});

export const GzipMalformed = defineProblem('gzip_malformed', {
  status: 422,
  title: 'The gzip stream cannot be unpacked',
  detail:
    'The gzip stream is cut off, damaged, not gzip at all, or followed by bytes that are not gzip. Nothing of it was kept.',
});

export const GzipRatioTooHigh = defineProblem<{ limit: number }>('gzip_ratio_too_high', {
  status: 413,
  title: 'The gzip stream grows too much',
  detail: ({ limit }) =>
    `More than ${limit} bytes come out of each byte of the gzip stream. Send the file unpacked. Nothing of it was kept.`,
});

export const UploadIncomplete = defineProblem('upload_incomplete', {
  status: 400,
  title: 'The body ends too early',
  detail: 'The connection was closed before all of the body had arrived. Nothing of it was kept.',
});

export const MultipartMalformed = defineProblem('multipart_malformed', {
  status: 400,
  title: 'The multipart body cannot be read',
  detail: 'The body is not well-formed multipart/form-data, or it ends too early. Nothing of it was kept.',
});

export const UploadFileMissing = defineProblem('upload_file_missing', {
  status: 400,
  title: 'The request has no file',
  detail: 'The body must have one part named `file`, sent with a file name.',
});

export const UploadPartUnexpected = defineProblem<{ part: string }>('upload_part_unexpected', {
  status: 400,
  title: 'The request has an unexpected part',
  detail: ({ part }) =>
    `The body must have only the part \`file\`, but it also has \`${part}\`. Send options in the query string.`,
});

export const UploadStalled = defineProblem('upload_stalled', {
  status: 408,
  title: 'The upload stalled',
  detail: 'No bytes of the file arrived for too long, or too few of them. Nothing of it was kept.',
  headers: { Connection: 'close' },
});

export const TooManyUploads = defineProblem<{ limit: number }>('too_many_uploads', {
  status: 429,
  title: 'Too many uploads at the same time',
  detail: ({ limit }) => `You are sending ${limit} files already, the most at one time. Nothing of this one was read.`,
  headers: { 'Retry-After': '10' },
});

export const TooManyStreams = defineProblem<{ limit: number }>('too_many_streams', {
  status: 429,
  title: 'Too many open event streams',
  detail: ({ limit }) =>
    `You have ${limit} open streams of events, the most at one time. Close one, or ask for progress/.`,
  headers: { 'Retry-After': '5' },
});

// Uploads in the wrong state.

export const UploadNotCancellable = defineProblem<{ upload_status: string }>('upload_not_cancellable', {
  status: 409,
  title: 'The upload cannot be cancelled',
  detail: ({ upload_status }) => `Only a pending or processing upload can be cancelled; this one is ${upload_status}.`,
});

export const UploadNotRetryable = defineProblem<{ upload_status: string }>('upload_not_retryable', {
  status: 409,
  title: 'The upload cannot be retried',
  detail: ({ upload_status }) => `Only a failed or cancelled upload can be retried; this one is ${upload_status}.`,
});
