import '../styles/rows.css';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, lazy, useEffect, useMemo, useState } from 'react';
import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';
import type { RowsSearch } from '../app/router.js';
import { Cross } from '../ui/icons.js';
import { Late, Skeleton } from '../ui/late.js';
import { Opened } from '../ui/opened.js';
import { ProblemBox } from '../ui/problem-box.js';
import { SearchBox } from '../ui/search-box.js';
import { uploadQuery } from '../uploads/upload-queries.js';
import { ColumnPickerButton } from './column-picker-button.js';
import { ExportMenu } from './export-menu.js';
import type { Column } from './filters/conditions.js';
import { FilterBar } from './filters/filter-bar.js';
import type { HeadActions } from './grid/column-head.js';
import { Grid } from './grid/grid.js';
import { fittingWidths } from './grid/widths.js';
import { moved } from './moved.js';
import { rowIndexOf } from './row-number.js';
import { alsoSorted, fromSortBy, nextSort, toSortBy } from './sorting.js';
import { useFirstPage, useRowTotal } from './use-rows.js';

const RowDialog = lazy(async () => ({ default: (await import('./row-dialog.js')).RowDialog }));

/** Whether a question is about some of the rows, and not about all. */
const isPartOf = ({ filters, search }: RowsSearch): boolean => filters !== undefined || search !== undefined;

/** The rows of a file, with the question that the address bar holds. */
export function RowsPage() {
  const { id } = useParams({ from: '/own/uploads/$id/rows' });
  const { data: upload } = useQuery(uploadQuery(id));
  if (!upload) return null;
  if (upload.status !== 'completed') return <Navigate to="/uploads/$id" params={{ id }} replace />;
  return <Rows key={id} upload={upload} />;
}

function Rows({ upload }: { upload: Schemas['UploadDto'] }) {
  const { id, original_filename: name, columns } = upload;
  const search = useSearch({ from: '/own/uploads/$id/rows' });
  const navigate = useNavigate({ from: '/uploads/$id/rows' });
  const ask = (changes: Partial<RowsSearch>) =>
    navigate({ search: (now) => ({ ...now, row: undefined, ...changes }), replace: false });
  // While another question is answered, the rows of the last one stay; they are dimmed when that takes a while.
  const { first, answered } = useFirstPage(id, search);
  const { total, isEstimate, onRead } = useRowTotal(answered, first.data);

  const allKeys = useMemo(() => columns.map(({ key }) => key), [columns]);
  const shownKeys = useMemo(
    () => search.columns?.split(',').filter((key) => allKeys.includes(key)) ?? allKeys,
    [search.columns, allKeys],
  );
  const shown = useMemo(
    () => shownKeys.flatMap((key) => columns.find((column) => column.key === key) ?? []),
    [shownKeys, columns],
  );
  const show = (keys: string[]) =>
    ask({ columns: keys.join() === allKeys.join() ? undefined : keys.join(), row: search.row });

  const [drawn, setDrawn] = useState(new Map<string, number>());
  const firstRows = first.data?.data;
  const widths = useMemo(
    () => new Map([...fittingWidths(columns, firstRows ?? []), ...drawn]),
    [columns, firstRows, drawn],
  );
  const [requestedFilter, setRequestedFilter] = useState<{ column: string } | null>(null);
  const [opened, setOpened] = useState<number | null>(null);
  const [jump, setJump] = useState<{ row: number } | null>(null);
  useEffect(() => {
    const row = rowIndexOf(search.row);
    setJump(row === null ? null : { row });
  }, [search.row]);

  const sort = fromSortBy(search.sort_by);
  const actions: HeadActions = {
    toggleSort: (column, isAdded) => ask({ sort_by: toSortBy(nextSort(sort, column, isAdded)) }),
    sortBy: (column, descending) => ask({ sort_by: toSortBy([{ column, descending }]) }),
    alsoSortBy: (column, descending) => ask({ sort_by: toSortBy(alsoSorted(sort, column, descending)) }),
    filter: (column) => setRequestedFilter({ column }),
    hide: (column) => shownKeys.length > 1 && show(shownKeys.filter((key) => key !== column)),
    move: (column, by) => show(moved(shownKeys, column, by)),
  };
  const isAsked = isPartOf(search);
  const [clears, setClears] = useState(0);
  const clear = () => {
    setClears(clears + 1);
    void ask({ filters: undefined, search: undefined });
    // The button goes, and with it the focus that it had.
    document.getElementById('main')?.focus({ preventScroll: true });
  };
  return (
    <div className="rows">
      <div className="toolbar">
        <SearchBox
          // A new one forgets a text that was typed and not asked for yet.
          key={clears}
          label="Search all columns"
          value={search.search}
          onSearch={(text) => ask({ search: text })}
        />
        <FilterBar
          uploadId={id}
          columns={columns}
          filters={search.filters}
          onFilters={(filters) => ask({ filters })}
          requested={requestedFilter}
        />
        {isAsked && (
          <button type="button" className="button button-quiet" onClick={clear}>
            <Cross /> Clear all
            <span className="visually-hidden"> filters and the search</span>
          </button>
        )}
        <div className="toolbar-end">
          <ColumnPickerButton columns={columns} shown={shownKeys} onShown={show} />
          <ExportMenu id={id} name={name} search={search} />
        </div>
      </div>
      {first.error && (
        <div className="page">
          <ProblemBox error={first.error} />
        </div>
      )}
      <Warnings id={id} columns={columns} warnings={first.data?.warnings ?? []} />
      {first.isPending && (
        <div className="page">
          <Skeleton lines={12} label="The rows are being loaded" />
        </div>
      )}
      {first.data && total === 0 && (
        <div className="page">
          <p className="empty">
            {isAsked ? 'No row matches. Remove a filter, or search for a shorter text.' : 'The file has no rows.'}
          </p>
        </div>
      )}
      {first.data && total > 0 && (
        <Grid
          id={id}
          search={answered}
          isStale={first.isPlaceholderData}
          total={total}
          onRead={isEstimate ? onRead : null}
          rowsOfFile={upload.processed_rows}
          columns={shown}
          widths={widths}
          onWidth={(key, width) => setDrawn((now) => new Map(now).set(key, width))}
          actions={actions}
          onOpen={setOpened}
          jump={jump}
        />
      )}
      <div className="statusbar">
        <p role="status">
          {first.data && (
            <>
              {isEstimate && 'about '}
              <strong>{count(total)}</strong>{' '}
              {isPartOf(answered) ? `of ${counted(upload.processed_rows, 'row')}` : total === 1 ? 'row' : 'rows'}
              {first.data.performance.index === 'building' && (
                <span className="faint"> · an index is being built; the next time is faster</span>
              )}
            </>
          )}
          {first.isFetching && (
            <Late>
              <span className="faint"> · searching …</span>
            </Late>
          )}
        </p>
        <span className="spring" />
        {total > 0 && (
          <JumpBox
            label={isAsked ? 'Go to match' : sort.length > 0 ? 'Go to place' : 'Go to row'}
            total={total}
            onJump={(row) => ask({ row: String(row) }).then(() => setJump({ row: row - 1 }))}
          />
        )}
      </div>
      <Opened when={opened !== null}>
        <RowDialog id={id} search={answered} columns={columns} index={opened} total={total} onIndex={setOpened} />
      </Opened>
    </div>
  );
}

interface WarningsProps {
  id: string;
  columns: Column[];
  warnings: Schemas['RowsWarningDto'][];
}

/** Why the answer may not be what was meant, such as numbers that are sorted as texts. */
const Warnings = ({ id, columns, warnings }: WarningsProps) =>
  warnings.length === 0 ? null : (
    <ul className="row-warnings" aria-label="Warnings">
      {warnings.map(({ code, column, message }) => (
        <li key={`${code} ${column}`}>
          {code === 'compared_as_text' ? (
            <>
              {columns.find(({ key }) => key === column)?.name || column} is text, so its values are compared by their
              characters (“9” is greater than “10”), though they look like numbers or days.{' '}
              <Link to="/uploads/$id/columns" params={{ id }}>
                Change its type
              </Link>
            </>
          ) : (
            message
          )}
        </li>
      ))}
    </ul>
  );

interface JumpBoxProps {
  /** What is counted: the number of a row is its place only where all rows are shown in the order of the file. */
  label: string;
  total: number;
  onJump(row: number): void;
}

function JumpBox({ label, total, onJump }: JumpBoxProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const index = rowIndexOf(String(new FormData(event.currentTarget).get('row')));
    if (index !== null) onJump(Math.min(index + 1, total));
  };
  return (
    <form className="jump" onSubmit={submit}>
      <label htmlFor="jump-row">{label}</label>
      <input id="jump-row" name="row" inputMode="numeric" autoComplete="off" placeholder={`1–${count(total)}`} />
    </form>
  );
}
