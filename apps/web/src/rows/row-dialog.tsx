import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { count } from '../app/format.js';
import type { RowsSearch } from '../app/router.js';
import { Cross, Left, Right } from '../ui/icons.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import type { Column } from './filters/conditions.js';
import { EmptyValue, isEmpty } from './grid/empty-value.js';
import { Marked } from './grid/marked.js';
import { PAGE_SIZE, pageQuery } from './use-rows.js';

interface RowDialogProps {
  id: string;
  search: RowsSearch;
  columns: Column[];
  /** The place of the row in the answer, from 0; null while no row is open. */
  index: number | null;
  total: number;
  onIndex(index: number | null): void;
}

/** A row in full: all of its columns, also those that are not shown in the grid. */
export function RowDialog({ id, search, columns, index, total, onIndex }: RowDialogProps) {
  return (
    <Dialog.Root open={index !== null} onOpenChange={(isOpen) => !isOpen && onIndex(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog row-dialog">
          {index !== null && (
            <Content id={id} search={search} columns={columns} index={index} total={total} onIndex={onIndex} />
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ id, search, columns, index, total, onIndex }: RowDialogProps & { index: number }) {
  const page = useQuery(pageQuery(id, { ...search, columns: undefined }, Math.floor(index / PAGE_SIZE) + 1));
  const row = page.data?.data[index % PAGE_SIZE];
  return (
    <>
      <div className="dialog-head">
        <Dialog.Title className="dialog-title">{row ? `Row ${count(row.row_id)}` : 'Row'}</Dialog.Title>
        <button
          type="button"
          className="icon-button"
          aria-label="Previous row"
          disabled={index === 0}
          onClick={() => onIndex(index - 1)}
        >
          <Left />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Next row"
          disabled={index >= total - 1}
          onClick={() => onIndex(index + 1)}
        >
          <Right />
        </button>
        <Dialog.Close className="icon-button" aria-label="Close">
          <Cross />
        </Dialog.Close>
      </div>
      {page.error && <ProblemBox error={page.error} />}
      {!row && !page.error && <Skeleton label="The row is being loaded" />}
      {row && (
        <dl className="row-values">
          {columns.map((column) => {
            const { key, name } = column;
            const value = row.data[key] ?? null;
            return (
              <div key={key} className="row-value">
                <dt>{name || key}</dt>
                <dd>
                  {isEmpty(value, column) ? (
                    <EmptyValue text={value as string | null} search={search.search} />
                  ) : (
                    <Marked text={String(value)} search={search.search} />
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </>
  );
}
