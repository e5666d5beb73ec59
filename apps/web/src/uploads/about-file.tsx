import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { bytes, count, dateTime, duration, percent } from '../app/format.js';
import { faultsOf } from '../ui/form.js';
import { ProblemBox } from '../ui/problem-box.js';
import { FaultLine } from './fault-line.js';
import { OptionFields } from './option-fields.js';
import { EMPTY_OPTIONS, OPTION_NAMES, type Options, retryOptions } from './options.js';
import { uploadQuery } from './upload-queries.js';
import { nameOfDelimiter, nameOfQuote } from './words.js';

type Upload = Schemas['UploadDto'];

/** What happened to the file: warnings or the failure, how it is written, what surrounds its table, and another try. */
export function AboutFile() {
  const { id } = useParams({ from: '/own/uploads/$id' });
  const { data: upload } = useQuery(uploadQuery(id));
  if (!upload) return null;
  return (
    <div className="page page-narrow">
      {upload.status === 'cancelled' && (
        <p className="notice">It was cancelled before its end. None of its rows are stored.</p>
      )}
      <Faults upload={upload} />
      {upload.dialect && <Dialect dialect={upload.dialect} />}
      <Lines title="Above the table" lines={upload.preamble} />
      <Lines title="Below the table" lines={upload.footer} />
      <Facts upload={upload} />
      {upload.status === 'completed' ? <ReadOtherwise /> : <Retry upload={upload} />}
    </div>
  );
}

function Faults({ upload: { status, errors } }: { upload: Upload }) {
  if (errors.length === 0) {
    return status === 'completed' ? (
      <p className="notice notice-good">The file is clean: nothing had to be guessed or left out.</p>
    ) : null;
  }
  const isFailure = status === 'failed';
  return (
    <section className={isFailure ? 'faults faults-failed' : 'faults'}>
      <h2>{isFailure ? 'Why it failed' : 'What to know'}</h2>
      <ul>
        {errors.map((fault) => (
          <FaultLine key={`${fault.code} ${fault.message}`} fault={fault}>
            {fault.lines && <pre className="file-lines">{fault.lines.join('\n')}</pre>}
          </FaultLine>
        ))}
      </ul>
    </section>
  );
}

const NEWLINES: Record<string, string> = {
  lf: 'LF (Unix)',
  crlf: 'CRLF (Windows)',
  cr: 'CR (old Macintosh)',
  mixed: 'mixed',
};

const Dialect = ({ dialect }: { dialect: Schemas['UploadDialectDto'] }) => (
  <section>
    <h2>How it is written</h2>
    <dl className="facts">
      <dt>Delimiter</dt>
      <dd>{nameOfDelimiter(dialect.delimiter)}</dd>
      <dt>Quote</dt>
      <dd>{nameOfQuote(dialect.quote)}</dd>
      {dialect.escape !== dialect.quote && (
        <>
          <dt>Escape</dt>
          <dd>{dialect.escape ? <code>{dialect.escape}</code> : 'none'}</dd>
        </>
      )}
      <dt>Encoding</dt>
      <dd>{dialect.encoding}</dd>
      <dt>Line ends</dt>
      <dd>{NEWLINES[dialect.newline] ?? dialect.newline}</dd>
      <dt>Header</dt>
      <dd>{dialect.has_header ? 'yes' : 'no'}</dd>
      {dialect.preamble_lines > 0 && (
        <>
          <dt>Lines above the table</dt>
          <dd>{count(dialect.preamble_lines)}</dd>
        </>
      )}
      <dt>Decimal mark</dt>
      <dd>{dialect.decimal === ',' ? 'comma' : 'point'}</dd>
      <dt>Confidence</dt>
      <dd>{percent(dialect.confidence)}</dd>
    </dl>
  </section>
);

const Lines = ({ title, lines }: { title: string; lines: string[] }) =>
  lines.length === 0 ? null : (
    <section>
      <h2>{title}</h2>
      <pre className="file-lines">{lines.join('\n')}</pre>
    </section>
  );

const Facts = ({ upload }: { upload: Upload }) => (
  <section>
    <h2>The file</h2>
    <dl className="facts">
      <dt>Size</dt>
      <dd>{bytes(upload.size_bytes)}</dd>
      <dt>Received</dt>
      <dd>{dateTime(upload.created_at)}</dd>
      {upload.duration !== null && (
        <>
          <dt>Time to read</dt>
          <dd>{upload.duration < 10 ? `${upload.duration.toFixed(1)} s` : duration(upload.duration)}</dd>
        </>
      )}
      <dt>Records</dt>
      <dd>
        {count(upload.processed_rows)} rows, {count(upload.rejected_rows)} rejected
      </dd>
      <dt>SHA-256</dt>
      <dd>
        <code className="hash">{upload.sha256}</code>
      </dd>
      {upload.same_as && (
        <>
          <dt>Same content as</dt>
          <dd>
            <Link to="/uploads/$id" params={{ id: upload.same_as }}>
              an earlier upload
            </Link>
          </dd>
        </>
      )}
    </dl>
  </section>
);

/** The rows of a completed upload stay as they are; only names and types of its columns can be told anew. */
const ReadOtherwise = () => (
  <section>
    <h2>Was it read wrongly?</h2>
    <p>
      Names and types can be changed under <em>Columns</em>. For anything else, choose the file again under{' '}
      <Link to="/uploads">Files</Link>, and correct in its preview what was guessed wrongly.
    </p>
  </section>
);

function Retry({ upload }: { upload: Upload }) {
  const [options, setOptions] = useState<Options>(EMPTY_OPTIONS);
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/csv-data/uploads/{id}/retry/', {
          params: { path: { id: upload.id }, query: retryOptions(options) as Record<string, never> },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['upload', upload.id] }),
  });
  const faults = faultsOf(retry.error, ...OPTION_NAMES);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retry.mutate();
  };
  return (
    <section>
      <h2>Read it again</h2>
      <p>
        The file is still there. Say what was guessed wrongly, and leave the rest to detection: what was said before,
        also of names and types of columns, is forgotten.
      </p>
      <form onSubmit={submit}>
        <OptionFields options={options} onChange={setOptions} faults={faults} />
        {faults.rest !== null && <ProblemBox error={faults.rest} />}
        <button type="submit" className="button button-main" disabled={retry.isPending}>
          Read it again
        </button>
      </form>
    </section>
  );
}
