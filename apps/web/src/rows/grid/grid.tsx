import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { RowsSearch } from '../../app/router.js';
import { ProblemBox } from '../../ui/problem-box.js';
import type { Column } from '../filters/conditions.js';
import { fromSortBy } from '../sorting.js';
import { useRows } from '../use-rows.js';
import { ColumnHead, type HeadActions } from './column-head.js';
import { Marked } from './marked.js';
import { useRowWindow } from './use-row-window.js';
import { NARROWEST } from './widths.js';

const ROW_HEIGHT = 30;
const HEADER_HEIGHT = 36;
/** Rows that are drawn above and below the visible ones, so that fast scrolling shows no gap. */
const BEYOND = 10;

const RIGHT = new Set(['integer', 'number']);

interface GridProps {
  id: string;
  search: RowsSearch;
  total: number;
  /** Rows of the whole file, whose numbers may be among those that are shown. */
  rowsOfFile: number;
  columns: Column[];
  widths: Map<string, number>;
  onWidth(key: string, width: number): void;
  actions: HeadActions;
  onOpen(index: number): void;
  /** A row (from 0) to show at the top. Each jump is a new object. */
  jump: { row: number } | null;
}

/**
 * The rows of a question as a grid of any height. Only what is seen is drawn and asked for. It has the roles of a grid and not a table
 * element, which cannot hold a part of its rows; the grid has the focus, and tells which cell is active.
 */
export function Grid({ id, search, total, rowsOfFile, columns, widths, onWidth, actions, onOpen, jump }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useRowWindow(scroller, { rows: total, rowHeight: ROW_HEIGHT, headerHeight: HEADER_HEIGHT });
  const first = Math.max(0, view.first - BEYOND);
  const last = Math.min(total - 1, view.last + BEYOND);
  const { rowAt, error } = useRows(id, search, first, last);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const numberWidth = Math.max(56, String(rowsOfFile).length * 9 + 24);
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => widths.get(columns[at]!.key) ?? 120,
    getItemKey: (at) => columns[at]!.key,
    paddingStart: numberWidth,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths or columns are measured anew
  useEffect(() => across.measure(), [widths, columns]);
  useEffect(() => {
    if (!jump) return;
    view.scrollToRow(jump.row, 'top');
    setActive((now) => ({ ...now, row: jump.row }));
  }, [jump, view.scrollToRow]);

  const move = (row: number, column: number) => {
    const next = {
      row: Math.min(Math.max(row, 0), total - 1),
      column: Math.min(Math.max(column, 0), columns.length - 1),
    };
    setActive(next);
    view.scrollToRow(next.row, 'near');
    across.scrollToIndex(next.column);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const moves: Record<string, [number, number] | undefined> = {
      ArrowDown: [far ? total - 1 : row + 1, column],
      ArrowUp: [far ? 0 : row - 1, column],
      ArrowRight: [row, far ? columns.length - 1 : column + 1],
      ArrowLeft: [row, far ? 0 : column - 1],
      PageDown: [row + view.rowsInView, column],
      PageUp: [row - view.rowsInView, column],
      Home: [far ? 0 : row, 0],
      End: [far ? total - 1 : row, columns.length - 1],
    };
    const target = moves[event.key];
    if (target) move(...target);
    else if (event.key === 'Enter') onOpen(row);
    else return;
    event.preventDefault();
  };

  const sort = fromSortBy(search.sort_by);
  const shown = across.getVirtualItems();
  const cellId = (row: number, column: number) => `cell-${row}-${column}`;
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  return (
    <div className="grid-frame">
      {error && (
        <div className="grid-error">
          <ProblemBox error={error} />
        </div>
      )}
      <div
        ref={scroller}
        className="grid"
        role="grid"
        aria-label="Rows"
        aria-rowcount={total + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={cellId(active.row, active.column)}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className="grid-head" role="row" aria-rowindex={1} style={{ width: across.getTotalSize() }}>
          <span
            className="grid-number grid-corner"
            role="columnheader"
            aria-colindex={1}
            style={{ width: numberWidth }}
          >
            Row
          </span>
          {shown.map(({ key, index, start, size }) => (
            <div
              key={key}
              className="grid-column"
              role="columnheader"
              tabIndex={-1}
              aria-colindex={index + 2}
              aria-sort={ariaSort(sort.find(({ column }) => column === columns[index]!.key))}
              style={{ left: start, width: size }}
            >
              <ColumnHead
                column={columns[index]!}
                sort={sort}
                actions={actions}
                onWiden={(by) => onWidth(columns[index]!.key, Math.max(NARROWEST, size + by))}
              />
              <Resizer width={size} onWidth={(width) => onWidth(columns[index]!.key, width)} />
            </div>
          ))}
        </div>
        <div className="grid-body" role="rowgroup" style={{ height: view.height, width: across.getTotalSize() }}>
          {indexes.map((index) => {
            const row = rowAt(index);
            return (
              <div
                key={index}
                role="row"
                aria-rowindex={index + 2}
                className={index % 2 === 0 ? 'grid-row' : 'grid-row is-odd'}
                style={{ transform: `translateY(${index * ROW_HEIGHT + view.shift}px)`, height: ROW_HEIGHT }}
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
                  const isActive = active.row === index && active.column === at;
                  return (
                    <div
                      key={key}
                      id={cellId(index, at)}
                      role="gridcell"
                      aria-colindex={at + 2}
                      aria-selected={isActive}
                      className={`grid-cell${RIGHT.has(column.type) ? ' is-right' : ''}${isActive ? ' is-active' : ''}`}
                      style={{ left: start, width: size }}
                      onClick={() => setActive({ row: index, column: at })}
                    >
                      {row === undefined ? (
                        <span className="cell-loading" />
                      ) : value === null || value === undefined ? (
                        <span className="null">empty</span>
                      ) : (
                        <Marked text={onOneLine(String(value))} search={search.search} />
                      )}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** A cell has one line, so a line break in its value is shown as a mark. The row in full shows it as it is. */
const onOneLine = (text: string): string => text.replaceAll(/\r\n|[\r\n]/g, ' ↵ ');

const ariaSort = (key: { descending: boolean } | undefined) =>
  key === undefined ? 'none' : key.descending ? 'descending' : 'ascending';

/** The edge of a column, to be drawn. The menu of the column does the same for the keyboard. */
function Resizer({ width, onWidth }: { width: number; onWidth(width: number): void }) {
  const begun = useRef<{ x: number; width: number } | null>(null);
  const onPointerMove = ({ clientX }: PointerEvent) => {
    if (begun.current) onWidth(Math.max(NARROWEST, begun.current.width + clientX - begun.current.x));
  };
  return (
    <span
      className="resizer"
      aria-hidden="true"
      onPointerDown={(event) => {
        begun.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        begun.current = null;
      }}
    />
  );
}
