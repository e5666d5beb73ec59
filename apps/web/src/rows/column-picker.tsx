import { useState } from 'react';
import { Down, Up } from '../ui/icons.js';
import { Popover, type PopoverProps } from '../ui/popover.js';
import type { Column } from './filters/conditions.js';
import { moved } from './moved.js';

export interface ColumnPickerProps {
  /** All columns of the file. */
  columns: Column[];
  /** Keys of the columns that are shown, in their order. */
  shown: string[];
  onShown(keys: string[]): void;
}

/** Which columns are shown, and in which order. */
export const ColumnPicker = ({ button, isOpen, onClose, ...list }: ColumnPickerProps & PopoverProps) => (
  <Popover
    button={button}
    isOpen={isOpen}
    onClose={onClose}
    label="Columns shown"
    className="popover column-picker"
    align="end"
  >
    <ColumnList {...list} />
  </Popover>
);

function ColumnList({ columns, shown, onShown }: ColumnPickerProps) {
  const [search, setSearch] = useState('');
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const hidden = columns.filter(({ key }) => !shown.includes(key)).map(({ key }) => key);
  const found = [...shown, ...hidden].filter((key) => {
    const name = byKey.get(key)?.name ?? key;
    return `${name} ${key}`.toLowerCase().includes(search.toLowerCase());
  });
  const move = (key: string, by: -1 | 1) => onShown(moved(shown, key, by));
  const toggle = (key: string) => {
    const next = shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key];
    if (next.length > 0) onShown(next);
  };
  return (
    <>
      {columns.length > 12 && (
        <input
          type="search"
          aria-label="Find a column"
          placeholder="Find a column"
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      <ul className="picker-list">
        {found.map((key) => {
          const name = byKey.get(key)?.name || key;
          const at = shown.indexOf(key);
          return (
            <li key={key} className="picker-line">
              <label className="tick">
                <input type="checkbox" checked={at >= 0} onChange={() => toggle(key)} />
                <span className="tick-text">{name}</span>
              </label>
              {at >= 0 && (
                <>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Move ${name} up`}
                    disabled={at === 0}
                    onClick={() => move(key, -1)}
                  >
                    <Up />
                  </button>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Move ${name} down`}
                    disabled={at === shown.length - 1}
                    onClick={() => move(key, 1)}
                  >
                    <Down />
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => onShown(columns.map(({ key }) => key))}>
          All, in file order
        </button>
      </div>
    </>
  );
}
