import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { due as dueText } from '../app/format.js';
import { Confirm } from '../ui/confirm.js';
import { Bin, Fold, Unfold } from '../ui/icons.js';
import { type Task, useTaskChanges } from './task-changes.js';
import { TaskDetails } from './task-details.js';
import { OPEN_STATUSES, PRIORITIES } from './task-views.js';

/** The last instant of a day that was given as a date; days are in UTC, as in the API. */
const dueAt = (due: string): number => (due.includes('T') ? Date.parse(due) : Date.parse(`${due}T23:59:59.999Z`));

/** A task, changed in place. */
export function TaskLine({ task: stored }: { task: Task }) {
  const { change, complete, remove } = useTaskChanges(stored);
  const [isOpen, setOpen] = useState(false);
  // A change is shown at once. When it is refused, the line is again what is stored.
  const task = change.isPending ? ({ ...stored, ...change.variables } as Task) : stored;
  const isDone = stored.status === 'completed';
  const isOverdue = !isDone && task.due_date !== null && dueAt(task.due_date) < Date.now();
  return (
    <li className={isDone ? 'task is-done' : 'task'}>
      <input
        type="checkbox"
        className="task-check"
        aria-label={`Completed: ${task.title}`}
        // Ticked at once; the list follows with the answer.
        checked={isDone ? task.status === 'completed' : complete.isPending}
        disabled={complete.isPending || change.isPending}
        onChange={() => (isDone ? change.mutate({ status: 'pending' }) : complete.mutate())}
      />
      <div className="task-main">
        <TitleInPlace title={task.title} onTitle={(title) => change.mutate({ title })} />
        {task.description && !isOpen && <p className="task-description">{task.description}</p>}
      </div>
      <div className="task-facts">
        {isOverdue && <span className="overdue">Overdue</span>}
        {task.due_date?.includes('T') ? (
          <span className="faint">due {dueText(task.due_date)}</span>
        ) : (
          <DayInPlace
            label={`Due date of ${task.title}`}
            day={task.due_date ?? ''}
            onDay={(day) => change.mutate({ due_date: day || null })}
          />
        )}
        <select
          className="task-priority"
          aria-label={`Priority of ${task.title}`}
          value={task.priority}
          onChange={({ currentTarget }) => change.mutate({ priority: currentTarget.value as Task['priority'] })}
        >
          {PRIORITIES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        {!isDone && (
          <select
            className="task-status"
            aria-label={`Status of ${task.title}`}
            value={task.status}
            onChange={({ currentTarget }) => change.mutate({ status: currentTarget.value as Task['status'] })}
          >
            {OPEN_STATUSES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          className="icon-button task-unfold"
          aria-label={`Description and time of ${task.title}`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <Fold /> : <Unfold />}
        </button>
        <Confirm
          trigger={
            <button type="button" className="icon-button" title="Delete" aria-label={`Delete ${task.title}`}>
              <Bin />
            </button>
          }
          title="Delete this task?"
          action="Delete"
          onConfirm={() => remove.mutate()}
        >
          <p>{task.title}</p>
        </Confirm>
      </div>
      {isOpen && <TaskDetails task={stored} onDone={() => setOpen(false)} />}
    </li>
  );
}

/** A text that becomes an input. Enter or leaving it saves, Escape takes it back. */
function TitleInPlace({ title, onTitle }: { title: string; onTitle(title: string): void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  /** Whether the input ended by a key: then who uses the keyboard goes on where the input was. */
  const isByKey = useRef(false);
  useEffect(() => {
    if (draft !== null || !isByKey.current) return;
    isByKey.current = false;
    button.current?.focus();
  }, [draft]);
  if (draft === null) {
    return (
      <button
        ref={button}
        type="button"
        className="task-title"
        onClick={() => setDraft(title)}
        aria-label={`Change the title: ${title}`}
      >
        {title}
      </button>
    );
  }
  // The draft is dropped with the sending: if the change is refused, the stored title is shown.
  const save = () => {
    const next = draft.trim();
    setDraft(null);
    if (next && next !== title) onTitle(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // The key would press the button that takes the place of the input.
    event.preventDefault();
    isByKey.current = true;
    // Enter saves by leaving the input, which is the one way to save.
    if (event.key === 'Enter') event.currentTarget.blur();
    else setDraft(null);
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

/** A date input. Leaving it saves: while a date is typed, each digit is a date of its own. */
function DayInPlace({ label, day, onDay }: { label: string; day: string; onDay(day: string): void }) {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <span className="task-day">
      <span aria-hidden="true">{day && 'due'}</span>
      <input
        type="date"
        className={day ? 'task-due' : 'task-due is-empty'}
        aria-label={label}
        value={draft ?? day}
        onChange={({ currentTarget }) => setDraft(currentTarget.value)}
        onBlur={() => {
          setDraft(null);
          if (draft !== null && draft !== day) onDay(draft);
        }}
      />
    </span>
  );
}
