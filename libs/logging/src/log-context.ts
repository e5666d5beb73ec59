import { Scope } from './scope.js';

/** What every line that is logged in the course of one request or job carries. */
export interface LogContext {
  request_id?: string;
  outbox_id?: string;
}

export const logContext = new Scope<LogContext>();
