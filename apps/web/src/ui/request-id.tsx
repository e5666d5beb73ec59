import { useState } from 'react';

/** The id by which the operator finds a request in the log; nothing where no answer came. */
export function RequestId({ id }: { id: string }) {
  const [isCopied, setCopied] = useState(false);
  if (id === '') return null;
  return (
    <p className="problem-id">
      Request id <code>{id}</code> {/* Browsers allow the use of the clipboard on https:// and localhost only. */}
      {navigator.clipboard && (
        <button
          type="button"
          className="copy"
          aria-label={isCopied ? 'The request id is copied' : 'Copy the request id'}
          onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
    </p>
  );
}
