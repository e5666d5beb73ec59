import '../styles/rejects.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { count } from '../app/format.js';
import { Download } from '../ui/icons.js';
import { Skeleton } from '../ui/late.js';
import { Pager } from '../ui/pager.js';
import { ProblemBox } from '../ui/problem-box.js';
import { saveAs } from '../ui/save-file.js';
import { tellProblem } from '../ui/toaster.js';
import { uploadQuery } from '../uploads/upload-queries.js';
import { spotOf } from './spot.js';
import { leftOutInWords, optionsInWords, rejectsInWords } from './words.js';

const PAGE_SIZE = 50;
/** Characters of a record that are shown; one may have 64 KiB. */
const MOST_SHOWN = 2_000;

/** The records that were not accepted: where, why, and at which spot. */
export function RejectsPage() {
  const { id } = useParams({ from: '/own/uploads/$id/rejects' });
  const [page, setPage] = useState(1);
  /** Records that the file which was downloaded last leaves out. */
  const [leftOut, setLeftOut] = useState(0);
  const { data: upload } = useQuery(uploadQuery(id));
  const rejects = useQuery({
    queryKey: ['rejects', id, page],
    queryFn: ({ signal }) =>
      call(
        api.GET('/api/v1/csv-data/uploads/{id}/rejects/', {
          params: { path: { id }, query: { page, page_size: PAGE_SIZE } },
          signal,
        }),
      ) as Promise<Schemas['RejectPageDto']>,
    placeholderData: keepPreviousData,
  });
  if (!upload) return null;
  const download = () =>
    saveAs(`rejects-${upload.original_filename}`, `/api/v1/csv-data/uploads/${id}/rejects/?format=csv`, ({ headers }) =>
      setLeftOut(Number(headers.get('x-rejects-left-out'))),
    ).catch((error: unknown) => tellProblem('Not saved', error));
  return (
    <div className="page">
      {rejects.error && <ProblemBox error={rejects.error} />}
      {rejects.isPending && <Skeleton label="The rejects are being loaded" />}
      {rejects.data?.count === 0 && <p className="empty">{rejectsInWords(upload.status, 0)}</p>}
      {rejects.data && rejects.data.count > 0 && (
        <>
          <div className="rejects-head">
            <p>
              {rejectsInWords(upload.status, rejects.data.count)}{' '}
              {upload.status === 'completed' && (
                <span className="faint">{optionsInWords(upload.dialect?.encoding)}</span>
              )}
            </p>
            <button type="button" className="button" onClick={download}>
              <Download /> Download
            </button>
          </div>
          {leftOut > 0 && (
            <p className="notice" role="status">
              {leftOutInWords(leftOut)}
            </p>
          )}
          <ol className="rejects">
            {rejects.data.results.map((reject) => (
              <Reject key={reject.record_number} reject={reject} upload={upload} />
            ))}
          </ol>
          <Pager
            page={page}
            pages={Math.ceil(rejects.data.count / PAGE_SIZE)}
            onPage={setPage}
            label="Pages of rejects"
          />
        </>
      )}
    </div>
  );
}

function Reject({ reject, upload }: { reject: Schemas['RejectDto']; upload: Schemas['UploadDto'] }) {
  const { line_number, record_number, code, message, raw, raw_truncated } = reject;
  const spot = upload.dialect && spotOf(code, raw, upload.columns.length, upload.dialect);
  const [before, fault, behind] = spot ?? [raw, '', ''];
  return (
    <li className="reject">
      <p className="reject-head">
        <strong>Line {count(line_number)} of the file</strong>
        <span className="faint">record {count(record_number)}</span>
        <code className="faint">{code}</code>
      </p>
      <p>{message}</p>
      <pre className="file-lines">
        {visible(before.slice(-MOST_SHOWN))}
        {fault !== '' && <mark className="fault">{visible(fault.slice(0, MOST_SHOWN))}</mark>}
        {visible(behind.slice(0, MOST_SHOWN))}
        {raw_truncated && <span className="faint"> … only the first 64 KiB are kept</span>}
      </pre>
    </li>
  );
}

/** Control characters as pictures, so that they can be seen. Tabs and line breaks stay. */
const visible = (text: string): string =>
  text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, (character) =>
    String.fromCodePoint(0x2400 + character.codePointAt(0)!),
  );
