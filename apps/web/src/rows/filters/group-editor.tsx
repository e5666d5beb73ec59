import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { count } from '../../app/format.js';
import { inNotation } from '../../app/notation.js';
import { columnsQuery } from '../../columns/columns-query.js';
import { isCut } from '../../columns/cut-values.js';
import { Cross, Plus } from '../../ui/icons.js';
import { Popover, type PopoverProps } from '../../ui/popover.js';
import {
  type AnyOf,
  asWritten,
  type Column,
  type Condition,
  OPERATORS,
  type Operator,
  operatorsFor,
  toggled,
  typed,
  type Value,
} from './conditions.js';
import { newCondition, startValue } from './new-condition.js';

interface GroupFormProps {
  uploadId: string;
  columns: Column[];
  group: AnyOf;
  /** It is part of the question already, so it can be removed from it. */
  isAsked: boolean;
  /** The column is chosen already, so the value comes next. */
  hasColumn: boolean;
  onChange(group: AnyOf): void;
  onDone(): void;
}

/** A group of conditions of which one must hold, edited in a popover. The rows are requested when the group is applied. */
export const GroupEditor = ({ button, isOpen, ...form }: GroupFormProps & Omit<PopoverProps, 'onClose'>) => (
  <Popover
    button={button}
    isOpen={isOpen}
    onClose={form.onDone}
    label="Filter"
    className="popover group-editor"
    align="start"
    first={form.hasColumn ? VALUE : undefined}
  >
    <GroupForm {...form} />
  </Popover>
);

/** The first field for a value. */
const VALUE = '.condition-fields :is(input, select):not([aria-label="Column"], [aria-label="Operator"])';

function GroupForm({ uploadId, columns, group, isAsked, onChange, onDone }: GroupFormProps) {
  const [draft, setDraft] = useState<AnyOf>(group);
  const set = (at: number, condition: Condition) =>
    setDraft(draft.map((old, index) => (index === at ? condition : old)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(draft.filter(isComplete));
    onDone();
  };
  return (
    <form onSubmit={submit}>
      {draft.map((condition, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other name, and stay in their places
        <div key={at} className="condition">
          {at > 0 && <p className="or">or</p>}
          <ConditionFields
            uploadId={uploadId}
            columns={columns}
            condition={condition}
            onChange={(next) => set(at, next)}
            onRemove={draft.length > 1 ? () => setDraft(draft.filter((_, index) => index !== at)) : undefined}
          />
        </div>
      ))}
      <div className="dialog-actions">
        <button
          type="button"
          className="button button-quiet"
          onClick={() => setDraft([...draft, newCondition(columns, draft.at(-1)?.column)])}
        >
          <Plus /> Or
        </button>
        <span className="spring" />
        {isAsked && (
          <button
            type="button"
            className="button"
            onClick={() => {
              onChange([]);
              onDone();
            }}
          >
            Remove
          </button>
        )}
        <button type="submit" className="button button-main">
          Apply
        </button>
      </div>
    </form>
  );
}

const isComplete = ({ value }: Condition): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every((one) => one !== '') : value !== '';

interface ConditionFieldsProps {
  uploadId: string;
  columns: Column[];
  condition: Condition;
  onChange(condition: Condition): void;
  onRemove: (() => void) | undefined;
}

function ConditionFields({ uploadId, columns, condition, onChange, onRemove }: ConditionFieldsProps) {
  const { column, operator, value } = condition;
  const told = columns.find(({ key }) => key === column);
  const type = told?.type ?? 'text';
  const format = told?.format ?? null;
  const operators = operatorsFor(type).includes(operator) ? operatorsFor(type) : [operator, ...operatorsFor(type)];
  const changeOperator = (next: Operator) => {
    const keeps =
      OPERATORS[next].takes === OPERATORS[operator].takes ||
      (!Array.isArray(value) &&
        OPERATORS[next].takes !== 'nothing' &&
        OPERATORS[next].takes !== 'two' &&
        OPERATORS[next].takes !== 'list');
    // What looks at the text of a cell takes a text.
    const kept = OPERATORS[next].takes === 'text' && !Array.isArray(value) ? asWritten(value, format) : value;
    onChange({ column, operator: next, value: keeps ? kept : startValue(next, type) });
  };
  return (
    <div className="condition-fields">
      <select
        aria-label="Column"
        value={column}
        onChange={({ currentTarget }) => onChange(newCondition(columns, currentTarget.value))}
      >
        {columns.map(({ key, name }) => (
          <option key={key} value={key}>
            {name || key}
          </option>
        ))}
      </select>
      <select
        aria-label="Operator"
        value={operator}
        onChange={({ currentTarget }) => changeOperator(currentTarget.value as Operator)}
      >
        {operators.map((one) => (
          <option key={one} value={one}>
            {OPERATORS[one].words}
          </option>
        ))}
      </select>
      {onRemove && (
        <button type="button" className="icon-button" aria-label="Remove this condition" onClick={onRemove}>
          <Cross />
        </button>
      )}
      <ValueFields
        uploadId={uploadId}
        type={type}
        format={format}
        condition={condition}
        onValue={(next) => onChange({ column, operator, value: next })}
      />
    </div>
  );
}

interface ValueFieldsProps {
  uploadId: string;
  type: Column['type'];
  format: string | null;
  condition: Condition;
  onValue(value: Value | Value[]): void;
}

function ValueFields({ uploadId, type, format, condition, onValue }: ValueFieldsProps) {
  const { column, operator, value } = condition;
  const { takes } = OPERATORS[operator];
  if (takes === 'nothing' || type === 'boolean') {
    const [yes, no] = takes === 'nothing' ? ['empty', 'filled'] : ['true', 'false'];
    return (
      <select
        aria-label="Value"
        value={String(value)}
        onChange={({ currentTarget }) => onValue(currentTarget.value === 'true')}
      >
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    );
  }
  if (takes === 'list') {
    return (
      <ListOfValues
        key={column}
        uploadId={uploadId}
        column={column}
        format={format}
        values={value as Value[]}
        onValues={onValue}
      />
    );
  }
  const input = (shown: Value, label: string, onText: (text: string) => void) => (
    <input
      aria-label={label}
      value={asWritten(shown, format)}
      inputMode={type === 'integer' || type === 'number' ? 'decimal' : undefined}
      placeholder={PLACEHOLDERS[type]}
      onChange={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
  if (takes === 'two' && Array.isArray(value)) {
    const [from = '', to = ''] = value;
    return (
      <div className="two-values">
        {input(from, 'From', (text) => onValue([typed(text, type), to]))}
        <span>and</span>
        {input(to, 'To', (text) => onValue([from, typed(text, type)]))}
      </div>
    );
  }
  return input(value as Value, 'Value', (text) => onValue(typed(text, type)));
}

const PLACEHOLDERS: Partial<Record<Column['type'], string>> = {
  integer: '100',
  number: '12.5',
  date: '2026-10-02',
  datetime: '2026-10-02T09:30',
};

interface ListOfValuesProps {
  uploadId: string;
  column: string;
  format: string | null;
  values: Value[];
  onValues(values: Value[]): void;
}

/** Values to tick, the most frequent ones of the column first, and any other to type. */
function ListOfValues({ uploadId, column, format, values, onValues }: ListOfValuesProps) {
  const id = useId();
  const { data } = useQuery(columnsQuery(uploadId));
  const profiled = data?.columns.find(({ key }) => key === column)?.top_values ?? [];
  const top = profiled.filter(({ value }) => !isCut(value));
  const [other, setOther] = useState('');
  const written = (value: Value) => asWritten(value, format);
  const counts = new Map(top.map(({ value, count: times }) => [written(value), count(times)]));
  const chosen = new Set(values.map(written));
  const listed = [...top.map(({ value }) => value), ...values.filter((value) => !counts.has(written(value)))];
  const add = () => {
    if (other !== '' && !chosen.has(other)) onValues([...values, other]);
    setOther('');
  };
  return (
    <fieldset className="values">
      <legend className="visually-hidden">Values</legend>
      {listed.map((value) => (
        <label key={written(value)} className="tick">
          <input
            type="checkbox"
            checked={chosen.has(written(value))}
            onChange={() => onValues(toggled(values, value, format))}
          />
          <span className="tick-text">{inNotation(value, format)}</span>
          <span className="faint">{counts.get(written(value))}</span>
        </label>
      ))}
      <div className="other-value">
        <label htmlFor={id} className="visually-hidden">
          Another value
        </label>
        <input
          id={id}
          value={other}
          placeholder="Another value"
          onChange={({ currentTarget }) => setOther(currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || other === '') return;
            event.preventDefault();
            add();
          }}
        />
      </div>
    </fieldset>
  );
}
