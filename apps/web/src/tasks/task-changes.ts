import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../api/client.js';
import { ProblemError } from '../api/problem.js';
import { tell, tellProblem } from '../ui/toaster.js';

export type Task = Schemas['TaskDto'];
export type TaskChange = Schemas['PatchTaskDto'];

/** Sent with each change: it is made only if nobody changed the task since this page read it. */
const ifMatch = ({ id, version }: Task) => ({ path: { id }, header: { 'If-Match': `"${version}"` } });

const patch = (task: Task, body: TaskChange) => call(api.PATCH('/api/v1/tasks/{id}/', { params: ifMatch(task), body }));

/** Changes of a task. If the task was changed elsewhere, nothing is written, a message says so, and the list is loaded again. */
export function useTaskChanges(task: Task) {
  const queries = useQueryClient();
  const settle = {
    onError: (error: Error) => {
      const isStale = error instanceof ProblemError && error.status === 412;
      if (isStale)
        tell('The task was changed elsewhere', 'Your change was not made. The list shows the task as it is now.');
      else tellProblem('Not changed', error);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  };
  const change = useMutation({ mutationFn: (body: TaskChange) => patch(task, body), ...settle });
  const complete = useMutation({
    mutationFn: () => call(api.POST('/api/v1/tasks/{id}/complete/', { params: ifMatch(task) })),
    ...settle,
  });
  const remove = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/tasks/{id}/', { params: ifMatch(task) })),
    ...settle,
  });
  return { change, complete, remove };
}

/** A change by a form, which shows itself why it was refused, and keeps what was typed. The list is loaded again in any case. */
export function useTaskEdit(task: Task, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TaskChange) => patch(task, body),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
}
