import { type FormEvent, useId, useState } from 'react';
import { ProblemBox } from '../ui/problem-box.js';
import { dueOf, inputsOf } from './due-inputs.js';
import { type Task, type TaskChange, useTaskEdit } from './task-changes.js';

interface TaskDetailsProps {
  task: Task;
  onDone(): void;
}

/**
 * What has no room in the line of a task: its description, and the time of day at which it is due. If the task was changed elsewhere in the
 * meantime, what was typed stays, because it may be long, and the next try is about the task as it is then.
 */
export function TaskDetails({ task, onDone }: TaskDetailsProps) {
  const id = useId();
  const [description, setDescription] = useState(task.description);
  const [due, setDue] = useState(() => inputsOf(task.due_date));
  const edit = useTaskEdit(task, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = changesOf(task, description, dueOf(due));
    if (Object.keys(changes).length === 0) onDone();
    else edit.mutate(changes);
  };
  return (
    <form className="task-details" aria-label={`Description and time of ${task.title}`} onSubmit={submit}>
      <div className="field">
        <label htmlFor={`${id}-description`}>Description</label>
        <textarea
          id={`${id}-description`}
          rows={4}
          maxLength={65_000}
          // biome-ignore lint/a11y/noAutofocus: the person asked for this form by a click
          autoFocus
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
      </div>
      <div className="task-details-due">
        <div className="field">
          <label htmlFor={`${id}-day`}>Due on</label>
          <input
            id={`${id}-day`}
            type="date"
            value={due.day}
            required={due.time !== ''}
            onChange={({ currentTarget }) => setDue({ ...due, day: currentTarget.value })}
          />
        </div>
        <div className="field">
          <label htmlFor={`${id}-time`}>At</label>
          <input
            id={`${id}-time`}
            type="time"
            aria-describedby={`${id}-hint`}
            value={due.time}
            onChange={({ currentTarget }) => setDue({ ...due, time: currentTarget.value })}
          />
        </div>
        <p className="hint" id={`${id}-hint`}>
          By your clock. Without a time, it is due until the end of the day in UTC.
        </p>
      </div>
      {edit.error && <ProblemBox error={edit.error} />}
      <div className="task-details-end">
        <button type="submit" className="button button-main" disabled={edit.isPending}>
          Save
        </button>
        <button type="button" className="button button-quiet" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Only what is different, so that what a person did not touch is not written. */
function changesOf(task: Task, description: string, dueDate: string | null): TaskChange {
  // An instant may have seconds, which the inputs do not show.
  const isSameDue = dueDate === dueOf(inputsOf(task.due_date));
  return {
    ...(description !== task.description && { description }),
    ...(!isSameDue && { due_date: dueDate }),
  };
}
