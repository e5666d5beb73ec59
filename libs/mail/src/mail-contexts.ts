/** A warning about a file, with the line of the file that it is about first, if it is about lines. */
interface MailWarning {
  code: string;
  message: string;
  first_line?: number;
}

/** The data of each template. It is stored as JSON until the mail is sent, so it has plain values only, with times in RFC 3339. */
export interface MailContexts {
  welcome: {
    full_name: string;
  };
  'password-reset': {
    full_name: string;
    token: string;
  };
  'password-changed': {
    full_name: string;
    changed_at: string;
  };
  'task-completed': {
    full_name: string;
    task_id: string;
    title: string;
    completed_at: string;
    /** Absent for none. A day, such as `2026-12-01`, if the owner gave a date. */
    due_date?: string;
  };
  'csv-completed': {
    full_name: string;
    upload_id: string;
    original_filename: string;
    total_rows: number;
    processed_rows: number;
    rejected_rows: number;
    duration_seconds: number;
    columns: { name: string; type: string }[];
    rejects: { code: string; count: number }[];
    /** All of them. */
    warnings: MailWarning[];
    /** The first rows: of each the first cells, by the name of the column. */
    rows: { cells: { name: string; value: string }[] }[];
  };
  'csv-failed': {
    full_name: string;
    upload_id: string;
    original_filename: string;
    code: string;
    message: string;
    rejected_rows: number;
    warnings: MailWarning[];
  };
}

export const MAIL_TEMPLATES = [
  'welcome',
  'password-reset',
  'password-changed',
  'task-completed',
  'csv-completed',
  'csv-failed',
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number] & keyof MailContexts;

/** Fields that are made when a mail is sent and never stored, by template; see MailSecrets. */
export interface SecretFields {
  'password-reset': 'token';
}
export type SecretTemplate = keyof SecretFields;

/** The part of a template's data that is stored. */
export type StoredContext<T extends MailTemplate> = T extends SecretTemplate
  ? Omit<MailContexts[T], SecretFields[T]>
  : MailContexts[T];
