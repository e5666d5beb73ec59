import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { asProblem } from '../api/problem.js';
import { counted } from '../app/format.js';
import { ProblemBox } from '../ui/problem-box.js';
import { RequestId } from '../ui/request-id.js';
import { tell } from '../ui/toaster.js';
import {
  type ColumnChange,
  type ColumnDraft,
  type ColumnType,
  canBeNullValue,
  changeOf,
  withNullValue,
} from './column-change.js';
import { FirstException } from './exceptions.js';

const TYPES: ColumnType[] = ['text', 'integer', 'number', 'boolean', 'date', 'datetime'];

const DAYS = ['DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD-MM-YYYY', 'YYYY/MM/DD', 'DD.MM.YY', 'MM/DD/YY'];

/** Usual formats to choose from; any other of docs/column-types.md can be typed. */
const FORMATS: Partial<Record<ColumnType, string[]>> = {
  number: ['1234,56', '1.234,56', '1,234.56', '1 234,56', "1'234.56"],
  date: DAYS,
  datetime: DAYS.slice(0, 3).map((day) => `${day} HH:MM:SS`),
};

interface ColumnFormProps {
  uploadId: string;
  column: Schemas['UploadColumnDto'];
  /** What the form begins with. */
  start: ColumnDraft;
  onDone(): void;
}

/** Changes name, type, format and null values of a column. If a cell has another type, the form shows it and nothing changes. */
export function ColumnForm({ uploadId, column, start, onDone }: ColumnFormProps) {
  const id = useId();
  const [draft, setDraft] = useState(start);
  const change = useColumnChange(uploadId, column.key, onDone);
  const set = (changes: Partial<ColumnDraft>) => setDraft((now) => ({ ...now, ...changes }));
  const formats = FORMATS[draft.type];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = changeOf(column, draft);
    if (Object.keys(changes).length === 0) onDone();
    else change.mutate(changes);
  };
  return (
    <form className="column-form" onSubmit={submit} aria-label={`Change ${column.name || column.key}`}>
      <div className="field">
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`}
          required
          maxLength={255}
          value={draft.name}
          onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-type`}>Type</label>
        <select
          id={`${id}-type`}
          value={draft.type}
          onChange={({ currentTarget }) => set({ type: currentTarget.value as ColumnType, format: '' })}
        >
          {TYPES.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </div>
      {formats && (
        <div className="field">
          <label htmlFor={`${id}-format`}>Format</label>
          <input
            id={`${id}-format`}
            list={`${id}-formats`}
            placeholder="found from the values"
            autoComplete="off"
            value={draft.format}
            onChange={({ currentTarget }) => set({ format: currentTarget.value })}
          />
          <datalist id={`${id}-formats`}>
            {formats.map((format) => (
              <option key={format} value={format} />
            ))}
          </datalist>
        </div>
      )}
      <div className="field">
        <label htmlFor={`${id}-null`}>Null values</label>
        <textarea
          id={`${id}-null`}
          rows={2}
          placeholder="read as empty, one a line"
          value={draft.nullValues}
          onChange={({ currentTarget }) => set({ nullValues: currentTarget.value })}
        />
      </div>
      {change.error && (
        <Refused
          uploadId={uploadId}
          error={change.error}
          onNull={(value) => {
            change.reset();
            setDraft((now) => withNullValue(now, value));
          }}
        />
      )}
      <div className="column-form-end">
        <button type="submit" className="button button-main" disabled={change.isPending}>
          {change.isPending ? 'Checking every value …' : 'Save'}
        </button>
        <button type="button" className="button button-quiet" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function useColumnChange(uploadId: string, key: string, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ColumnChange) =>
      call(
        api.PATCH('/api/v1/csv-data/uploads/{id}/columns/{key}/', { params: { path: { id: uploadId, key } }, body }),
      ),
    onSuccess: async (column) => {
      // Order and comparisons of the rows follow the type.
      queries.removeQueries({ queryKey: ['rows', uploadId] });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['columns', uploadId] }),
        queries.invalidateQueries({ queryKey: ['upload', uploadId] }),
      ]);
      tell('Saved', `${column.name || column.key} is ${column.type}${column.format ? ` as in ${column.format}` : ''}.`);
      onDone();
    },
  });
}

interface RefusedProps {
  uploadId: string;
  error: unknown;
  onNull(value: string): void;
}

/** Why a change was refused; for a type that does not hold, the first cells of another type. */
function Refused({ uploadId, error, onNull }: RefusedProps) {
  const { code, problem } = asProblem(error);
  const { exceptions, first } = problem;
  if (code !== 'type_does_not_hold' || exceptions === undefined || !first) return <ProblemBox error={error} />;
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{problem.title}</p>
      <p>
        {counted(exceptions, 'cell')} {exceptions === 1 ? 'does' : 'do'} not fit. The first:{' '}
        <FirstException uploadId={uploadId} first={first} />
      </p>
      {canBeNullValue(first.value) && (
        <button type="button" className="button" onClick={() => onNull(first.value)}>
          Read this text as empty
        </button>
      )}
      <RequestId id={problem.request_id} />
    </div>
  );
}
