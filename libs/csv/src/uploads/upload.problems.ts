import { defineProblem } from '@app/problems';

export const UploadTooLarge = defineProblem<{ limit_bytes: number }>('upload_too_large', {
  status: 413,
  title: 'The file is too large',
  detail: ({ limit_bytes }) => `A file may have ${limit_bytes} bytes at most. Nothing of it was kept.`,
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
  title: 'The request has a part too many',
  detail: ({ part }) =>
    `The body must have one part, \`file\`, and nothing else; it also has \`${part}\`. Options go into the query string.`,
});

export const UploadStalled = defineProblem('upload_stalled', {
  status: 408,
  title: 'The upload stood still',
  detail: 'No more bytes of the file came for too long. Nothing of it was kept.',
  headers: { Connection: 'close' },
});

export const UploadNotCancellable = defineProblem<{ upload_status: string }>('upload_not_cancellable', {
  status: 409,
  title: 'The upload cannot be cancelled',
  detail: ({ upload_status }) =>
    `Only an upload that is pending or processing can be cancelled; this one is ${upload_status}.`,
});

export const UploadNotRetryable = defineProblem<{ upload_status: string }>('upload_not_retryable', {
  status: 409,
  title: 'The upload cannot be retried',
  detail: ({ upload_status }) =>
    `Only an upload that has failed or was cancelled can be retried; this one is ${upload_status}.`,
});
