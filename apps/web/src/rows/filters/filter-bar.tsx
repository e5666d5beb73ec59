import { lazy, useState } from 'react';
import { Cross, Filter } from '../../ui/icons.js';
import { PopoverButton } from '../../ui/popover-button.js';
import { type Column, type ColumnWords, fromFilters, inWords, type Question, toFilters } from './conditions.js';
import { newCondition } from './new-condition.js';

const load = () => import('./group-editor.js');
const GroupEditor = lazy(async () => ({ default: (await load()).GroupEditor }));

interface FilterBarProps {
  uploadId: string;
  columns: Column[];
  /** The filters of the API, as JSON. */
  filters: string | undefined;
  onFilters(filters: string | undefined): void;
  /** The column to open the form of a new filter for. Each click passes a new object. */
  requested: { column: string } | null;
}

/** The conditions of a question, each group as a chip. */
export function FilterBar({ uploadId, columns, filters, onFilters, requested }: FilterBarProps) {
  const [open, setOpen] = useState<number | 'new' | null>(null);
  const [seenRequest, setSeenRequest] = useState(requested);
  if (requested !== seenRequest) {
    setSeenRequest(requested);
    if (requested) setOpen('new');
  }
  const question = filters === undefined ? [] : readFilters(filters);
  const find = (key: string) => columns.find((column) => column.key === key);
  const columnWords: ColumnWords = {
    nameOf: (key) => find(key)?.name || key,
    formatOf: (key) => find(key)?.format ?? null,
  };
  if (question === null) return <Nested filters={filters!} onRemove={() => onFilters(undefined)} />;
  const apply = (next: Question) => {
    const made = toFilters(next);
    onFilters(made && JSON.stringify(made));
  };
  const opener = (at: number | 'new') => ({
    isOpen: open === at,
    onOpenChange: (isOpen: boolean) => setOpen(isOpen ? at : null),
    onNear: load,
  });
  const editor = (at: number | 'new') => ({ uploadId, columns, isOpen: open === at, onDone: () => setOpen(null) });
  return (
    <>
      {question.map((group, at) => {
        const words = group.map((condition) => inWords(condition, columnWords)).join(' or ');
        return (
          <span key={words} className="chip">
            <PopoverButton
              {...opener(at)}
              className="chip-text"
              title={words}
              popover={(button) => (
                <GroupEditor
                  {...editor(at)}
                  button={button}
                  group={group}
                  isAsked
                  hasColumn
                  onChange={(next) => apply(question.map((old, index) => (index === at ? next : old)))}
                />
              )}
            >
              {words}
            </PopoverButton>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove the filter: ${words}`}
              onClick={() => apply(question.filter((_, index) => index !== at))}
            >
              <Cross />
            </button>
          </span>
        );
      })}
      <PopoverButton
        {...opener('new')}
        className="button button-quiet"
        popover={(button) => (
          <GroupEditor
            {...editor('new')}
            // Another column gets a new form.
            key={requested?.column}
            button={button}
            group={[newCondition(columns, requested?.column)]}
            isAsked={false}
            hasColumn={requested !== null}
            onChange={(next) => apply([...question, next])}
          />
        )}
      >
        <Filter /> Filter
      </PopoverButton>
    </>
  );
}

function readFilters(filters: string): Question | null {
  try {
    return fromFilters(JSON.parse(filters));
  } catch {
    return null;
  }
}

/** A question that is nested more deeply than the chips can show; it came by the address. */
const Nested = ({ filters, onRemove }: { filters: string; onRemove(): void }) => (
  <span className="chip">
    <code className="chip-text">{filters}</code>
    <button type="button" className="chip-remove" aria-label="Remove the filters" onClick={onRemove}>
      <Cross />
    </button>
  </span>
);
