import { type KeyboardEvent, useState } from 'react';
import { due as dueText } from '../app/format.js';
import { Confirm } from '../ui/confirm.js';
import { Cross } from '../ui/icons.js';
import { type Task, useTaskChanges } from './task-changes.js';

/** The last instant of a day that was given as a date; days are in UTC, as in the API. */
const dueAt = (due: string): number => (due.includes('T') ? Date.parse(due) : Date.parse(`${due}T23:59:59.999Z`));

/** A task, changed in place. */
export function TaskLine({ task }: { task: Task }) {
  const { change, complete, remove } = useTaskChanges(task);
  const isDone = task.status === 'completed';
  const isOverdue = !isDone && task.due_date !== null && dueAt(task.due_date) < Date.now();
  const reopen = () => change.mutate({ status: 'pending' });
  return (
    <li className={isDone ? 'task is-done' : 'task'}>
      <input
        type="checkbox"
        className="task-check"
        aria-label={`Completed: ${task.title}`}
        // Ticked at once; the list follows with the answer.
        checked={isDone ? !change.isPending : complete.isPending}
        disabled={complete.isPending || change.isPending}
        onChange={() => (isDone ? reopen() : complete.mutate())}
      />
      <div className="task-main">
        <TitleInPlace key={task.title} title={task.title} onTitle={(title) => change.mutate({ title })} />
        {task.description && <p className="task-description">{task.description}</p>}
      </div>
      <div className="task-facts">
        {isOverdue && <span className="overdue">Overdue</span>}
        {task.due_date?.includes('T') ? (
          <span className="faint">{dueText(task.due_date)}</span>
        ) : (
          <input
            type="date"
            className={task.due_date ? 'task-due' : 'task-due is-empty'}
            aria-label={`Due date of ${task.title}`}
            defaultValue={task.due_date ?? ''}
            key={task.due_date}
            onBlur={({ currentTarget }) => {
              const next = currentTarget.value || null;
              if (next !== task.due_date) change.mutate({ due_date: next });
            }}
          />
        )}
        <select
          className="task-priority"
          aria-label={`Priority of ${task.title}`}
          value={task.priority}
          onChange={({ currentTarget }) => change.mutate({ priority: currentTarget.value as Task['priority'] })}
        >
          <option value="high">high</option>
          <option value="medium">medium</option>
          <option value="low">low</option>
        </select>
        {!isDone && (
          <select
            className="task-status"
            aria-label={`Status of ${task.title}`}
            value={task.status}
            onChange={({ currentTarget }) => change.mutate({ status: currentTarget.value as Task['status'] })}
          >
            <option value="pending">pending</option>
            <option value="in_progress">in progress</option>
          </select>
        )}
        <Confirm
          trigger={
            <button type="button" className="icon-button" aria-label={`Delete ${task.title}`}>
              <Cross />
            </button>
          }
          title="Delete this task?"
          action="Delete"
          onConfirm={() => remove.mutate()}
        >
          <p>{task.title}</p>
        </Confirm>
      </div>
    </li>
  );
}

/** A text that becomes an input. Enter or leaving it saves, Escape takes it back. */
function TitleInPlace({ title, onTitle }: { title: string; onTitle(title: string): void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    const next = draft?.trim();
    if (next && next !== title) onTitle(next);
    else setDraft(null);
  };
  if (draft === null) {
    return (
      <button
        type="button"
        className="task-title"
        onClick={() => setDraft(title)}
        aria-label={`Change the title: ${title}`}
      >
        {title}
      </button>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') save();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <input
      className="task-title-input"
      aria-label="Title"
      value={draft}
      maxLength={255}
      // biome-ignore lint/a11y/noAutofocus: the person asked for this input by a click on the text that it replaces
      autoFocus
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={save}
      onKeyDown={onKeyDown}
    />
  );
}
