/** What pg reports about an error; TypeORM wraps it in `driverError`. */
interface DatabaseFault {
  code?: string;
  message?: string;
  driverError?: DatabaseFault;
}

const fault = (error: unknown): DatabaseFault => {
  const outer = (error ?? {}) as DatabaseFault;
  return outer.driverError ?? outer;
};

/** The SQLSTATE of an error from PostgreSQL, else undefined. */
export const sqlState = (error: unknown): string | undefined => {
  const { code } = fault(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** Whether a statement failed because the disk of PostgreSQL is full. It had no effect. */
export const isDiskFull = (error: unknown): boolean => sqlState(error) === '53100';

// Class 08: connection; 53300: too many connections; 57P01-03: shutting down, crashed, starting up.
const AWAY_STATE = /^(08...|53300|57P0[1-3])$/;
const AWAY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
  'EAI_AGAIN',
]);
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|DataSource is not (initialized|connected)/i;

/** Whether PostgreSQL could not be reached or ended the connection. The same request may succeed later. */
export const isDatabaseAway = (error: unknown): boolean => {
  // Node throws this for a host with several addresses, such as localhost, when none of them answers.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  const { code, message } = fault(error);
  if (code !== undefined && (AWAY_STATE.test(code) || AWAY_SYSTEM_CODES.has(code))) return fromDatabase(error);
  return AWAY_MESSAGE.test(message ?? '');
};

/** A system code alone may come from a file or from an HTTP client; one of a query or of a connect comes from the database. */
const fromDatabase = (error: unknown): boolean => {
  const { code, driverError, syscall } = error as DatabaseFault & { syscall?: string };
  return driverError !== undefined || AWAY_STATE.test(code ?? '') || syscall === 'connect';
};
