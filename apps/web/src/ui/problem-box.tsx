import type { ReactNode } from 'react';
import { asProblem } from '../api/problem.js';

/** A problem with its title, its detail and the id by which the operator finds it in the log. */
export function ProblemBox({ error, children }: { error: unknown; children?: ReactNode }) {
  const { problem } = asProblem(error);
  const fields = problem.errors ?? [];
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{problem.title}</p>
      <p>{problem.detail}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              <code>{pointer.replace(/^#\//, '')}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.request_id !== '' && (
        <p className="problem-id">
          Request <code>{problem.request_id}</code>
        </p>
      )}
      {children}
    </div>
  );
}
