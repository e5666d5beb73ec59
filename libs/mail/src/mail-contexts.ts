/** The data of each template. It is stored as JSON until the mail is sent, so it has plain values only, with times in RFC 3339. */
export interface MailContexts {
  welcome: {
    full_name: string;
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
  };
  'csv-failed': {
    full_name: string;
    upload_id: string;
    original_filename: string;
    code: string;
    message: string;
  };
}

export const MAIL_TEMPLATES = ['welcome', 'task-completed', 'csv-completed', 'csv-failed'] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number] & keyof MailContexts;
