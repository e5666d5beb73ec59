import '../styles/columns.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../api/client.js';
import { isKeyTelling } from '../app/column-key.js';
import { count, counted } from '../app/format.js';
import { inNotation, shortIn } from '../app/notation.js';
import { Late, Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { type ColumnDraft, canBeNullValue, draftOf, withNullValue } from './column-change.js';
import { ColumnForm } from './column-form.js';
import { columnsQuery } from './columns-query.js';
import { isCut } from './cut-values.js';
import { FirstException } from './exceptions.js';

type Profiled = Schemas['ColumnDto'];

/** What is in each column. Each value and each bar links to its rows. */
export function ColumnsPage() {
  const { id } = useParams({ from: '/own/uploads/$id/columns' });
  const columns = useQuery(columnsQuery(id));
  if (columns.error) {
    return (
      <div className="page">
        <ProblemBox error={columns.error} />
      </div>
    );
  }
  if (!columns.data) {
    return (
      <div className="page">
        <Skeleton lines={8} label="The columns are being loaded" />
      </div>
    );
  }
  return (
    <div className="page">
      {columns.data.profile === 'building' && (
        <Late>
          <p className="notice" role="status">
            The file is big: counting the values of its columns takes some seconds.
          </p>
        </Late>
      )}
      <ul className="profiles">
        {columns.data.columns.map((column) => (
          <Profile key={column.key} id={id} column={column} rows={columns.data.rows} />
        ))}
      </ul>
    </div>
  );
}

const about = (isEstimate: boolean | null) => (isEstimate ? 'about ' : '');

function Profile({ id, column, rows }: { id: string; column: Profiled; rows: number }) {
  const { key, name, type, format, filled, empty, distinct, min, max, histogram, top_values } = column;
  const [draft, setDraft] = useState<ColumnDraft | null>(null);
  return (
    <li className="profile">
      <div className="profile-head">
        <h2 className="profile-name">{name || key}</h2>
        <span className="spring" />
        <span className="type">{type}</span>
        <button
          type="button"
          className="profile-change"
          aria-label={`Change ${name || key}`}
          aria-expanded={draft !== null}
          onClick={() => setDraft(draft ? null : draftOf(column))}
        >
          Change
        </button>
      </div>
      {isKeyTelling(column) && (
        <p className="faint">
          <code>{key}</code>
        </p>
      )}
      <HowRead column={column} />
      {draft ? (
        <ColumnForm uploadId={id} column={column} start={draft} onDone={() => setDraft(null)} />
      ) : (
        <WouldBe uploadId={id} column={column} onPropose={setDraft} />
      )}
      {filled !== null && empty !== null && (
        <>
          <div className="filled-bar" aria-hidden="true">
            <span style={{ width: `${rows === 0 ? 0 : (filled / rows) * 100}%` }} />
          </div>
          <p className="profile-facts">
            <span>{count(filled)} filled</span>
            {empty > 0 && (
              <Link
                to="/uploads/$id/rows"
                params={{ id }}
                search={{ filters: JSON.stringify({ [key]: { is_null: true } }) }}
              >
                {count(empty)} empty
              </Link>
            )}
            {distinct !== null && (
              <span>
                {about(column.distinct_is_estimate)}
                {count(distinct)} distinct
              </span>
            )}
          </p>
        </>
      )}
      {min !== null && max !== null && min !== max && !histogram && (
        <p className="profile-range">
          <span title={String(min)}>{inNotation(min, format)}</span> <span className="faint">to</span>{' '}
          <span title={String(max)}>{inNotation(max, format)}</span>
        </p>
      )}
      {histogram && histogram.length > 1 && <Histogram id={id} column={column} buckets={histogram} />}
      {top_values && top_values.length > 0 && distinct !== filled && (
        <ol className="top-values">
          {top_values.map(({ value, count: times }, place) => {
            const shares = (
              <>
                <span
                  className="top-bar"
                  style={{ width: `${(times / top_values[0]!.count) * 100}%` }}
                  aria-hidden="true"
                />
                <span className="top-text">{inNotation(value, format)}</span>
                <span className="top-count">
                  {about(column.top_values_are_estimates)}
                  {count(times)}
                </span>
              </>
            );
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: several values may be cut to the same text
              <li key={`${place} ${value}`}>
                {isCut(value) ? (
                  <span className="top-value" title="Too long to be shown whole">
                    {shares}
                  </span>
                ) : (
                  <Link
                    to="/uploads/$id/rows"
                    params={{ id }}
                    search={{ filters: JSON.stringify({ [key]: value }) }}
                    className="top-value"
                  >
                    {shares}
                  </Link>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {top_values && top_values.length > 0 && distinct === filled && <p className="faint">Every value occurs once.</p>}
      {filled === 0 && <p className="faint">Every cell is empty.</p>}
    </li>
  );
}

/** Format and null values, where there are any. */
function HowRead({ column: { format, null_values } }: { column: Profiled }) {
  if (format === null && null_values.length === 0) return null;
  return (
    <p className="profile-facts">
      {format !== null && (
        <span>
          as in <code>{format}</code>
        </span>
      )}
      {null_values.length > 0 && (
        <span>
          null values:{' '}
          {null_values.map((value) => (
            <code key={value} className="null-value">
              {value}
            </code>
          ))}
        </span>
      )}
    </p>
  );
}

interface WouldBeProps {
  uploadId: string;
  column: Profiled;
  onPropose(draft: ColumnDraft): void;
}

/** The type that all values but a few have, and the first value of another type. */
function WouldBe({ uploadId, column, onPropose }: WouldBeProps) {
  const { would_be: wouldBe } = column;
  if (!wouldBe) return null;
  const { type, exceptions, first } = wouldBe;
  const draft = { ...draftOf(column), type };
  return (
    <div className="would-be">
      <p>
        would be {type} but for {counted(exceptions, 'value')}: <FirstException uploadId={uploadId} first={first} />
      </p>
      {canBeNullValue(first.value) && (
        <button
          type="button"
          className="profile-change"
          aria-label={`Make ${column.name || column.key} ${type}`}
          onClick={() => onPropose(withNullValue(draft, first.value))}
        >
          Make it {type}
        </button>
      )}
    </div>
  );
}

interface HistogramProps {
  id: string;
  column: Profiled;
  buckets: Schemas['HistogramBucketDto'][];
}

/** A bar for each bucket. Bars are links, so they need no library for pictures, and a screen reader reads them. */
function Histogram({ id, column: { key, name, format }, buckets }: HistogramProps) {
  const short = (end: number) => shortIn(end, format);
  const most = Math.max(...buckets.map(({ count: rows }) => rows));
  return (
    <div>
      <ul className="histogram" aria-label={`Histogram of ${name || key}`}>
        {buckets.map(({ from, to, count: rows }, at) => {
          const words = `${count(rows)} from ${short(from)} to ${short(to)}`;
          const isLast = at === buckets.length - 1;
          return (
            <li key={from}>
              <Link
                to="/uploads/$id/rows"
                params={{ id }}
                search={{ filters: JSON.stringify({ [key]: { gte: from, [isLast ? 'lte' : 'lt']: to } }) }}
                className="bar"
                title={words}
                aria-label={words}
              >
                <span style={{ height: `${rows === 0 ? 0 : Math.max(3, (rows / most) * 100)}%` }} />
              </Link>
            </li>
          );
        })}
      </ul>
      <p className="histogram-ends" aria-hidden="true">
        <span>{short(buckets[0]!.from)}</span>
        <span>{short(buckets.at(-1)!.to)}</span>
      </p>
    </div>
  );
}
