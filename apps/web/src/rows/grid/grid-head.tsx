import type { VirtualItem } from '@tanstack/react-virtual';
import { memo, type PointerEvent, useRef } from 'react';
import type { Column } from '../filters/conditions.js';
import { fromSortBy } from '../sorting.js';
import { ColumnHead, type HeadActions } from './column-head.js';
import { NARROWEST } from './widths.js';

interface GridHeadProps {
  columns: Column[];
  /** The columns that are seen. */
  shown: VirtualItem[];
  /** Of all columns, in pixels. */
  width: number;
  numberWidth: number;
  sortBy: string | undefined;
  onWidth(key: string, width: number): void;
  actions: HeadActions;
}

/** The heads of the columns. They are not drawn anew when rows are scrolled: each has a menu, which is much to draw. */
export const GridHead = memo(function GridHead(props: GridHeadProps) {
  const { columns, shown, width, numberWidth, sortBy, onWidth, actions } = props;
  const sort = fromSortBy(sortBy);
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ width }}>
      <span className="grid-number grid-corner" role="columnheader" aria-colindex={1} style={{ width: numberWidth }}>
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
          <Resizer width={size} onWidth={(to) => onWidth(columns[index]!.key, to)} />
        </div>
      ))}
    </div>
  );
});

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
