import { bytes, duration } from '../app/format.js';
import { Cross } from '../ui/icons.js';
import { ProblemBox } from '../ui/problem-box.js';
import { ProgressBar } from './progress-bar.js';
import { dismiss, sendAgain, type Transfer, useTransfers } from './transfers.js';
import { canHelpAgain } from './undecided.js';

/** Files on their way to the service. */
export function TransferList() {
  const transfers = useTransfers().filter(({ state }) => state !== 'done');
  if (transfers.length === 0) return null;
  return (
    <ul className="transfers" aria-label="Files on their way">
      {transfers.map((transfer) => (
        <li key={transfer.id} className="transfer">
          <div className="transfer-head">
            <strong className="file-name">{transfer.file.name}</strong>
            <button
              type="button"
              className="icon-button"
              aria-label={`${transfer.state === 'failed' ? 'Take off the list' : 'Stop'}: ${transfer.file.name}`}
              onClick={() => dismiss(transfer.id)}
            >
              <Cross />
            </button>
          </div>
          {transfer.error ? <Refused transfer={transfer} /> : <OnTheWay transfer={transfer} />}
        </li>
      ))}
    </ul>
  );
}

function OnTheWay({ transfer: { file, state, sent, rate, waitSeconds, cause } }: { transfer: Transfer }) {
  const left = rate ? (file.size - sent) / rate : null;
  const facts =
    state === 'waiting'
      ? [`${why(cause)}. The file is sent again in ${waitSeconds} s`]
      : state === 'queued'
        ? [`${bytes(file.size)}`, 'waits for its turn']
        : [
            `${bytes(sent)} of ${bytes(file.size)}`,
            rate !== null && sent < file.size && `${bytes(rate)}/s`,
            left !== null && sent < file.size && `${duration(left)} left`,
            sent === file.size && 'being stored',
          ].filter(Boolean);
  return (
    <>
      <ProgressBar share={file.size === 0 ? null : sent / file.size} label={`Sent of ${file.name}`} />
      <p className="transfer-facts" aria-live={state === 'waiting' ? 'polite' : 'off'}>
        {facts.join(' · ')}
      </p>
    </>
  );
}

/** Without an answer nothing is known but that; an answer tells itself what it is. */
const why = (cause: Transfer['cause']): string =>
  cause === null || cause.status === 0 ? 'The connection was lost' : cause.problem.title.replace(/\.$/, '');

function Refused({ transfer }: { transfer: Transfer }) {
  const { error } = transfer;
  if (!error) return null;
  return (
    <ProblemBox error={error}>
      {error.code === 'idempotency_answer_lost' ? (
        // It would have this answer again and again.
        <p>The list below shows whether the file is stored.</p>
      ) : canHelpAgain(error) ? (
        <button type="button" className="button" onClick={() => sendAgain(transfer).catch(() => {})}>
          Send it again
        </button>
      ) : (
        <p>The same file would be refused again. Correct what is said above, and choose it anew.</p>
      )}
    </ProblemBox>
  );
}
