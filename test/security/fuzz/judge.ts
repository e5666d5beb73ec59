import type { Call } from './calls.js';
import type { Received } from './sender.js';

/** What is wrong with an answer; an empty list if nothing is. */
export function faultsOf(call: Call, { status, contentType, retryAfter, text }: Received): string[] {
  const { operation } = call;
  const faults: string[] = [];
  if (status >= 500 && status !== 507 && !(status === 503 && retryAfter !== null)) faults.push('a fault of the server');
  if (/node_modules|\bat .*\.[jt]s:\d+|\/(home|work|tmp)\//.test(text)) faults.push('shows the inside of the server');
  if (status < 300 && call.idKind === 'foreign' && operation.path.includes('{id}'))
    faults.push("another user's object");
  if (status < 300 && call.tokenKind !== 'own' && !operation.isPublic && isDescribed(call))
    faults.push('no valid token');
  if (!isDescribed(call)) return faults;

  const declared = operation.answers.get(status);
  if (!declared) return [...faults, 'the status is not declared'];
  if (declared.size === 0) return text === '' || status < 300 ? faults : [...faults, 'a body where none is declared'];
  if (status === 304 || status === 204) return faults;
  const validate = declared.get(contentType);
  if (validate === undefined) return [...faults, `the media type ${contentType} is not declared`];
  if (validate && !validate(JSON.parse(text))) {
    const [first] = validate.errors!;
    faults.push(`does not match its schema: ${first!.instancePath} ${first!.message}`);
  }
  return faults;
}

/** With another method, or an id that is no path segment, the address is one that the document does not describe. */
const isDescribed = ({ method, operation, idKind, oddId }: Call): boolean =>
  method === operation.method && !(idKind === 'odd' && operation.path.includes('{id}') && /^\.{0,2}$|\//.test(oddId));
