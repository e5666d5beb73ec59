import type { FormEvent } from 'react';
import { ProblemError } from '../api/problem.js';

/** The values of a submitted form, by the names of its inputs. Keeps the browser from sending the form itself. */
export const valuesOf = (event: FormEvent<HTMLFormElement>): Record<string, string> => {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
};

/** What is wrong with each of these fields. `rest` is an error that is about none of them, to be shown as a whole. */
export const faultsOf = (error: unknown, ...names: string[]) => {
  const problem = error instanceof ProblemError ? error : null;
  const found = Object.fromEntries(names.map((name) => [name, problem?.of(name)]));
  const isShown = Object.values(found).some(Boolean);
  return { ...found, rest: error !== null && !isShown ? error : null } as Record<string, string | undefined> & {
    rest: unknown;
  };
};
