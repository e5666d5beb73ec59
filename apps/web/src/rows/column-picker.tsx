import { Popover } from '@base-ui/react/popover';
import { useState } from 'react';
import { Columns, Down, Up } from '../ui/icons.js';
import type { Column } from './filters/conditions.js';

interface ColumnPickerProps {
  /** All columns of the file. */
  columns: Column[];
  /** Keys of the columns that are shown, in their order. */
  shown: string[];
  onShown(keys: string[]): void;
}

/** Which columns are shown, and in which order. */
export function ColumnPicker({ columns, shown, onShown }: ColumnPickerProps) {
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
    <Popover.Root>
      <Popover.Trigger className="button button-quiet">
        <Columns /> Columns{' '}
        {hidden.length > 0 && <span className="faint">{`${shown.length} of ${columns.length}`}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="positioner" sideOffset={6} align="end" collisionPadding={8}>
          <Popover.Popup className="popover column-picker" aria-label="Columns">
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
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The list with one item moved by one place; the same list at its ends. */
export function moved(keys: string[], key: string, by: -1 | 1): string[] {
  const at = keys.indexOf(key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= keys.length) return keys;
  const next = [...keys];
  next.splice(at, 1);
  next.splice(to, 0, key);
  return next;
}
