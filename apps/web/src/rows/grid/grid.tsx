import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RowsSearch } from '../../app/router.js';
import { ProblemBox } from '../../ui/problem-box.js';
import type { Column } from '../filters/conditions.js';
import { rowIndexOf } from '../row-number.js';
import type { PageRead } from '../row-total.js';
import { rowsOf, useArrival, useRows } from '../use-rows.js';
import type { HeadActions } from './column-head.js';
import { GridHead } from './grid-head.js';
import { cellId, GridRow } from './grid-row.js';
import { useRowWindow } from './use-row-window.js';

const ROW_HEIGHT = 30;
const HEADER_HEIGHT = 36;
/** Rows that are drawn above and below the visible ones, so that fast scrolling shows no gap. */
const BEYOND = 5;
/** Rows are placed from the last multiple of this, so that no place is too far for the numbers of a browser's graphics, which have 24 bits. */
const ROWS_OF_A_BASE = 1000;

interface GridProps {
  id: string;
  /** The question whose rows are shown. */
  search: RowsSearch;
  /** Whether another question is being answered. */
  isStale: boolean;
  total: number;
  /** Is told what the pages say of the number of rows; null where it is known. */
  onRead: ((page: PageRead) => void) | null;
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
export function Grid(props: GridProps) {
  const { id, search, isStale, total, onRead, rowsOfFile, columns, widths, onWidth, actions, onOpen, jump } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const arrive = useArrival(id, search);
  const view = useRowWindow(scroller, { rows: total, rowHeight: ROW_HEIGHT, headerHeight: HEADER_HEIGHT, arrive });
  const first = Math.max(0, view.first - BEYOND);
  const last = Math.min(total - 1, view.last + BEYOND);
  const base = Math.floor(first / ROWS_OF_A_BASE) * ROWS_OF_A_BASE;
  const mostDrawn = view.rowsInView + 2 * BEYOND + 2;
  const { rowAt, error } = useRows(id, search, { first, last, total, onRead });
  const [active, setActive] = useState({ row: 0, column: 0 });
  const onActive = useCallback((row: number, column: number) => setActive({ row, column }), []);
  const numberWidth = Math.max(56, String(rowsOfFile).length * 9 + 24);
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => widths.get(columns[at]!.key) ?? 120,
    getItemKey: (at) => columns[at]!.key,
    paddingStart: numberWidth,
    overscan: 1,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths or columns are measured anew
  useEffect(() => across.measure(), [widths, columns]);
  const goTo = (row: number) => {
    const there = Math.min(row, total - 1);
    view.scrollToRow(there, 'top');
    setActive((now) => ({ ...now, row: there }));
  };
  const question = rowsOf(search);
  const shownQuestion = useRef(question);
  // Other rows begin at their top, or where the address says. The grid itself stays, and with it the focus in its head.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another question goes there
  useLayoutEffect(() => {
    if (question !== shownQuestion.current) goTo(rowIndexOf(search.row) ?? 0);
    shownQuestion.current = question;
  }, [question]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a jump goes there
  useEffect(() => {
    if (jump) goTo(jump.row);
  }, [jump]);
  useFocusAfterHiding(scroller, columns);

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

  const shown = across.getVirtualItems();
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
        className={isStale ? 'grid is-stale' : 'grid'}
        aria-busy={isStale}
        role="grid"
        aria-label="Rows"
        aria-rowcount={total + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={cellId(active.row, active.column)}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <GridHead
          columns={columns}
          shown={shown}
          width={across.getTotalSize()}
          numberWidth={numberWidth}
          sortBy={search.sort_by}
          onWidth={onWidth}
          actions={actions}
        />
        <div className="grid-body" role="rowgroup" style={{ height: view.height, width: across.getTotalSize() }}>
          <div role="presentation" style={{ transform: `translateY(${base * ROW_HEIGHT + view.shift}px)` }}>
            {indexes.map((index) => (
              <GridRow
                // A row that is scrolled out of sight becomes the next one that comes into it.
                key={index % mostDrawn}
                index={index}
                row={rowAt(index)}
                top={(index - base) * ROW_HEIGHT}
                height={ROW_HEIGHT}
                numberWidth={numberWidth}
                columns={columns}
                shown={shown}
                search={search.search}
                activeColumn={active.row === index ? active.column : -1}
                onOpen={onOpen}
                onActive={onActive}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** A column is hidden by its own menu, which goes with it. The focus that it had goes to the grid, and not to the top of the page. */
function useFocusAfterHiding(grid: RefObject<HTMLElement | null>, columns: Column[]): void {
  const before = useRef(columns.length);
  useEffect(() => {
    const isHidden = columns.length < before.current;
    before.current = columns.length;
    if (isHidden && document.activeElement === document.body) grid.current?.focus({ preventScroll: true });
  }, [grid, columns]);
}
