import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.js';
import { count } from '../app/format.js';

interface FirstExceptionProps {
  uploadId: string;
  first: Schemas['FirstExceptionDto'];
}

/** The row of the first value that is of another type, as a link to it, and the value. */
export const FirstException = ({ uploadId, first }: FirstExceptionProps) => (
  <>
    <Link to="/uploads/$id/rows" params={{ id: uploadId }} search={{ row: String(first.row_id) }}>
      row {count(first.row_id)}
    </Link>
    , <code className="exception-value">{first.value}</code>
  </>
);
