import type { ReactNode } from 'react';
import { asProblem } from '../api/problem.js';
import { RequestId } from './request-id.js';

/** The detail of a problem where its own names parameters of the API, which a person cannot set here. */
const WORDS_OF_THE_PAGE: Readonly<Record<string, string>> = {
  page_too_large: 'A hundred of these rows are too long to be shown at once. Export writes all of them to a file.',
  format_needed: 'No value shows whether the day or the month comes first. Choose a format, such as DD/MM/YYYY.',
  names_do_not_fit:
    'Names were given to another number of columns than the table has. Choose the file again to begin anew.',
};

/** A problem with its title, its detail and the id by which the operator finds it in the log. */
export function ProblemBox({ error, children }: { error: unknown; children?: ReactNode }) {
  const { problem } = asProblem(error);
  const fields = problem.errors ?? [];
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{problem.title}</p>
      <p>{WORDS_OF_THE_PAGE[problem.code] ?? problem.detail}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              <code>{pointer.replace(/^#\//, '')}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      <RequestId id={problem.request_id} />
      {children}
    </div>
  );
}
