import type { Schemas } from '../api/client.js';

const WORDS: Record<Schemas['UploadStatus'], string> = {
  pending: 'Waiting',
  processing: 'Being read',
  completed: 'Ready',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const Status = ({ status }: { status: Schemas['UploadStatus'] }) => (
  <span className={`status status-${status}`}>{WORDS[status]}</span>
);
