import type { Schemas } from '../api/client.js';
import { counted, count as written } from '../app/format.js';

type Status = Schemas['UploadStatus'];

/** What a list without rejects means. Only of a file that was read to its end were all records accepted. */
const NONE: Record<Status, string> = {
  pending: 'No record has been read yet.',
  processing: 'No record has been rejected so far.',
  completed: 'Every record was accepted.',
  failed: 'No record was rejected before the upload failed. “About” says why it failed; none of its rows are stored.',
  cancelled: 'No record was rejected before the upload was cancelled. None of its rows are stored.',
};

/** What the list of rejects says, and what can be done with it. */
export function rejectsInWords(status: Status, rejects: number): string {
  if (rejects === 0) return NONE[status];
  const found = rejects === 1 ? '1 record does not fit.' : `${written(rejects)} records do not fit.`;
  const them = rejects === 1 ? 'it' : 'them';
  if (status !== 'completed') return `${found} No row of the file is stored, so correct the file itself.`;
  return `${found} Download ${them}, correct ${them}, and upload ${them} as a file of ${rejects === 1 ? 'its' : 'their'} own.`;
}

/** The encodings that a few records show, because of their byte order mark or their form. */
const SHOWS_ITSELF = /^utf-(8|16)/;

/** Which options the file of rejects needs. They are not in it, and a few records may show less than the whole file. */
export const optionsInWords = (encoding: string | undefined): string =>
  `Give it the options that you gave to this file, all but “Skip lines above”.${
    encoding === undefined || SHOWS_ITSELF.test(encoding) ? '' : ` Choose the encoding ${encoding}, too.`
  }`;

/** How many records a downloaded file leaves out: the service keeps 64 KiB of each. */
export const leftOutInWords = (leftOut: number): string =>
  `${counted(leftOut, 'record')} of more than 64 KiB ${leftOut === 1 ? 'is' : 'are'} not in the file, because only the beginning is kept. The list below has the place.`;
