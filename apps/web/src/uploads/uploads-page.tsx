import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { hasEnded } from '../api/events.js';
import { ProblemError } from '../api/problem.js';
import { bytes, count, counted, dateTime } from '../app/format.js';
import { useTitle } from '../app/title.js';
import { type ChosenFile, queryOf, useChosenFiles } from '../previews/chosen-file.js';
import { ChosenFiles } from '../previews/chosen-files.js';
import { Confirm } from '../ui/confirm.js';
import { Bin } from '../ui/icons.js';
import { Skeleton } from '../ui/late.js';
import { Pager } from '../ui/pager.js';
import { ProblemBox } from '../ui/problem-box.js';
import { tell, tellProblem } from '../ui/toaster.js';
import { DropZone } from './drop-zone.js';
import { ProgressBar } from './progress-bar.js';
import { Status } from './status.js';
import { TransferList } from './transfer-list.js';
import { send } from './transfers.js';
import { uploadsQuery } from './upload-queries.js';

export function UploadsPage() {
  const [page, setPage] = useState(1);
  const chosen = useChosenFiles();
  const uploads = useQuery({ ...uploadsQuery(page), placeholderData: keepPreviousData });
  // The last file of this page was deleted, here or elsewhere: the service refuses a page past the end.
  const isPastEnd = page > 1 && uploads.error instanceof ProblemError && uploads.error.of('page') !== undefined;
  useEffect(() => {
    if (isPastEnd) setPage(page - 1);
  }, [isPastEnd, page]);
  const navigate = useNavigate();
  useTitle('Files');
  const upload = async (files: readonly ChosenFile[]) => {
    const sent = files.map((one) => send(one.file, queryOf(one)));
    chosen.remove(...files.map(({ id }) => id));
    const [stored] = await Promise.all(sent).catch(() => []);
    // The last file is shown as soon as it is stored; of several, the list shows how they are.
    if (stored && files.length === 1 && chosen.files.length === 1)
      await navigate({ to: '/uploads/$id', params: { id: stored.id } });
  };
  return (
    <div className="page">
      <h1>Files</h1>
      <DropZone onFiles={chosen.add} />
      {chosen.files.length > 0 && (
        <ChosenFiles
          files={chosen.files}
          onChange={chosen.change}
          onRemove={chosen.remove}
          onUpload={(files) => void upload(files)}
        />
      )}
      <TransferList />
      {uploads.error && !isPastEnd && <ProblemBox error={uploads.error} />}
      {uploads.isPending && <Skeleton lines={6} label="Your files are being loaded" />}
      {uploads.data?.count === 0 && (
        <p className="empty">You have no files yet. Drop one above, and a moment later its rows can be filtered.</p>
      )}
      {uploads.data && uploads.data.count > 0 && (
        <>
          <ul className="uploads">
            {uploads.data.results.map((upload) => (
              <UploadLine key={upload.id} upload={upload} />
            ))}
          </ul>
          <Pager page={page} pages={Math.ceil(uploads.data.count / 20)} onPage={setPage} label="Pages of files" />
        </>
      )}
    </div>
  );
}

function UploadLine({ upload }: { upload: Schemas['UploadDto'] }) {
  const queries = useQueryClient();
  const remove = async () => {
    try {
      await call(api.DELETE('/api/v1/csv-data/uploads/{id}/', { params: { path: { id: upload.id } } }));
      tell('Deleted', upload.original_filename);
    } catch (error) {
      tellProblem('Not deleted', error);
    }
    await queries.invalidateQueries({ queryKey: ['uploads'] });
  };
  const warnings = upload.status === 'completed' ? upload.errors.length : 0;
  const isReady = upload.status === 'completed';
  return (
    <li className="upload-line">
      <div className="upload-line-main">
        <Link
          to={isReady ? '/uploads/$id/rows' : '/uploads/$id'}
          params={{ id: upload.id }}
          className="file-name upload-link"
        >
          {upload.original_filename}
        </Link>
        <p className="upload-facts">
          <span>{bytes(upload.size_bytes)}</span>
          <span>{dateTime(upload.created_at)}</span>
          {upload.columns.length > 0 && <span>{counted(upload.columns.length, 'column')}</span>}
          {warnings > 0 && <span>{counted(warnings, 'warning')}</span>}
        </p>
        {!hasEnded(upload.status) && (
          <ProgressBar share={upload.progress / 100} label={`Read of ${upload.original_filename}`} />
        )}
      </div>
      <div className="upload-line-rows">
        {isReady ? (
          <>
            <span className="big-number">{count(upload.processed_rows)}</span>{' '}
            <span className="faint">{upload.processed_rows === 1 ? 'row' : 'rows'}</span>
            {upload.rejected_rows > 0 && <span className="rejected">{count(upload.rejected_rows)} rejected</span>}
          </>
        ) : (
          <Status status={upload.status} />
        )}
      </div>
      <Confirm
        trigger={
          <button
            type="button"
            className="icon-button"
            title="Delete"
            aria-label={`Delete ${upload.original_filename}`}
          >
            <Bin />
          </button>
        }
        title="Delete this file?"
        action="Delete"
        onConfirm={remove}
      >
        <p>
          <strong className="file-name">{upload.original_filename}</strong> and its rows are gone at once, for every
          reader.
        </p>
      </Confirm>
    </li>
  );
}
