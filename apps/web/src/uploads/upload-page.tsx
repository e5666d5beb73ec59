import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { api, call, type Schemas } from '../api/client.js';
import { hasEnded, type Progress } from '../api/events.js';
import { bytes, count, counted, duration } from '../app/format.js';
import { useTitle } from '../app/title.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { ProgressBar } from './progress-bar.js';
import { Status } from './status.js';
import { uploadQuery } from './upload-queries.js';
import { useProgress } from './use-progress.js';

/** One upload: its name, how it is, and the views of it. */
export function UploadPage() {
  const { id } = useParams({ from: '/own/uploads/$id' });
  const upload = useQuery(uploadQuery(id));
  const progress = useProgress(upload.data);
  useViewTitle(upload.data);
  if (upload.error) {
    return (
      <div className="page">
        <ProblemBox error={upload.error}>
          <Link to="/uploads" className="button">
            To your files
          </Link>
        </ProblemBox>
      </div>
    );
  }
  if (!upload.data) {
    return (
      <div className="page">
        <Skeleton label="The file is being loaded" />
      </div>
    );
  }
  return (
    <div className="upload">
      <UploadHead upload={upload.data} />
      {hasEnded(upload.data.status) ? <Outlet /> : <Ingest upload={upload.data} progress={progress} />}
    </div>
  );
}

const VIEWS: Record<string, string> = { rows: 'Rows of', columns: 'Columns of', rejects: 'Rejects of' };

/** `Rows of prices.csv`; while the file is loaded or cannot be, `File`. */
function useViewTitle(upload: Schemas['UploadDto'] | undefined): void {
  const view = useLocation({ select: ({ pathname }) => pathname.split('/')[3] ?? '' });
  useTitle(upload ? `${VIEWS[view] ?? 'About'} ${upload.original_filename}` : 'File');
}

const TAB = { className: 'tab', activeProps: { className: 'tab is-active' } };

function UploadHead({ upload }: { upload: Schemas['UploadDto'] }) {
  const { id, original_filename, status, processed_rows, rejected_rows, errors } = upload;
  const params = { id };
  const isReady = status === 'completed';
  return (
    <div className="upload-head">
      <div className="upload-title">
        <h1 className="file-name">{original_filename}</h1>
        <p className="upload-facts">
          {isReady ? <span>{counted(processed_rows, 'row')}</span> : <Status status={status} />}
          <span>{bytes(upload.size_bytes)}</span>
        </p>
      </div>
      {hasEnded(status) && (
        <nav className="tabs" aria-label="Views of the file">
          {isReady && (
            <>
              <Link to="/uploads/$id/rows" params={params} {...TAB}>
                Rows
              </Link>
              <Link to="/uploads/$id/columns" params={params} {...TAB}>
                Columns
              </Link>
            </>
          )}
          <Link to="/uploads/$id/rejects" params={params} {...TAB}>
            Rejects {rejected_rows > 0 && <span className="tab-count">{count(rejected_rows)}</span>}
          </Link>
          <Link to="/uploads/$id" params={params} activeOptions={{ exact: true }} {...TAB}>
            About{' '}
            {errors.length > 0 && (
              <span className="tab-count" title={counted(errors.length, 'note')}>
                {count(errors.length)}
              </span>
            )}
          </Link>
        </nav>
      )}
    </div>
  );
}

const STAGES: Record<string, string> = {
  queued: 'Waiting for its turn',
  detecting: 'Finding out how it is written',
  loading: 'Reading its rows',
  analyzing: 'Looking at its columns',
};

function Ingest({ upload, progress }: { upload: Schemas['UploadDto']; progress: Progress | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const now = progress ?? upload;
  const cancel = useMutation({
    mutationFn: () => call(api.POST('/api/v1/csv-data/uploads/{id}/cancel/', { params: { path: { id: upload.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['upload', upload.id] });
      await navigate({ to: '/uploads/$id', params: { id: upload.id } });
    },
  });
  const facts = [
    now.total_rows !== null &&
      `${count(now.processed_rows)} of ${now.total_rows_is_estimate ? 'about ' : ''}${counted(now.total_rows, 'row')}`,
    now.rejected_rows > 0 && `${count(now.rejected_rows)} rejected`,
    progress?.rows_per_second && `${count(progress.rows_per_second)} rows/s`,
    progress?.eta_seconds != null && `${duration(progress.eta_seconds)} left`,
  ].filter(Boolean);
  return (
    <section className="page ingest" aria-label="Progress">
      <p className="ingest-stage" role="status">
        {STAGES[now.stage] ?? now.stage}
      </p>
      <ProgressBar share={now.progress / 100} label="Read of the file" />
      <p className="transfer-facts">{facts.join(' · ') || ' '}</p>
      <p className="faint">You can leave this page. A mail tells you when the file is read.</p>
      {cancel.error && <ProblemBox error={cancel.error} />}
      <button type="button" className="button" onClick={() => cancel.mutate()} disabled={cancel.isPending}>
        Cancel
      </button>
    </section>
  );
}
