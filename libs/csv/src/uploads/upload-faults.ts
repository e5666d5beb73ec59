import { UPLOAD_FAILURES, UPLOAD_WARNINGS } from './upload-codes.js';

/** The codes of the `errors` of an upload: warnings, and reasons why it failed. */
export const UPLOAD_FAULT_CODES = [...Object.keys(UPLOAD_WARNINGS), ...Object.keys(UPLOAD_FAILURES)];
