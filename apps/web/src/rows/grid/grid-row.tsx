import type { VirtualItem } from '@tanstack/react-virtual';
import { memo } from 'react';
import type { Column } from '../filters/conditions.js';
import type { Row } from '../use-rows.js';
import { EmptyValue, isEmpty } from './empty-value.js';
import { Marked } from './marked.js';

const RIGHT = new Set(['integer', 'number']);

/** The id of the active cell, by which the grid names it. The others have none: it would be written anew with each jump. */
export const cellId = (row: number, column: number) => `cell-${row}-${column}`;

interface GridRowProps {
  /** Its place among all rows, from 0. */
  index: number;
  /** undefined while it is read. */
  row: Row | undefined;
  /** Pixels from the top of the grid's body. */
  top: number;
  height: number;
  numberWidth: number;
  columns: Column[];
  /** The columns that are seen. */
  shown: VirtualItem[];
  search: string | undefined;
  /** The place of its active cell; -1 for none. */
  activeColumn: number;
  onOpen(index: number): void;
  onActive(row: number, column: number): void;
}

/** A row of the grid. It is drawn anew only when something of it changes: all rows together have some hundreds of cells. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, row, top, height, numberWidth, columns, shown, search, activeColumn, onOpen, onActive } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={index % 2 === 0 ? 'grid-row' : 'grid-row is-odd'}
      style={{ transform: `translateY(${top}px)`, height }}
      onDoubleClick={() => onOpen(index)}
    >
      <span className="grid-number" role="rowheader" aria-colindex={1} style={{ width: numberWidth }}>
        <button
          type="button"
          tabIndex={-1}
          className="row-button"
          onClick={() => onOpen(index)}
          aria-label={`Show row ${row?.row_id ?? index + 1} in full`}
        >
          {row?.row_id ?? ''}
        </button>
      </span>
      {shown.map(({ key, index: at, start, size }) => {
        const column = columns[at]!;
        const value = row?.data[column.key];
        const isActive = activeColumn === at;
        return (
          <div
            key={key}
            id={isActive ? cellId(index, at) : undefined}
            role="gridcell"
            aria-colindex={at + 2}
            aria-selected={isActive}
            className={`grid-cell${RIGHT.has(column.type) ? ' is-right' : ''}${isActive ? ' is-active' : ''}`}
            style={{ left: start, width: size }}
            onClick={() => onActive(index, at)}
          >
            {value === undefined ? (
              // Without its row, or in a row that was read when the column was not shown.
              <span className="cell-loading" />
            ) : isEmpty(value, column) ? (
              <EmptyValue text={value as string | null} search={search} />
            ) : (
              <Marked text={onOneLine(String(value))} search={search} />
            )}
          </div>
        );
      })}
    </div>
  );
});

/** A cell has one line, so a line break in its value is shown as a mark. The row in full shows it as it is. */
const onOneLine = (text: string): string => text.replaceAll(/\r\n|[\r\n]/g, ' ↵ ');
