import { CONFIG, type Config } from '@app/config';
import { ExpiredUploads, OrphanSweep, UploadsAdmin } from '@app/csv/admin';
import { bytesText, tableText, UsageError } from '../outcome.js';
import { adminCommand } from './command.js';

/** More would fill the screen, and the memory. */
const MOST_LISTED = 1_000;

const dryRun = { describe: 'Only tell what would be removed', type: 'boolean', default: false } as const;

export const cancelUpload = adminCommand({
  command: 'cancel-upload <id>',
  describe: 'Stop an upload of any user that has not ended; its file stays, so that it can be retried',
  options: { id: { describe: 'Id of the upload', type: 'string', demandOption: true } },
  async run(services, { id }) {
    const upload = await services.get(UploadsAdmin).cancel(id);
    return { text: `The upload ${upload.id} is cancelled.`, json: { id: upload.id, status: upload.status } };
  },
});

export const sweepOrphans = adminCommand({
  command: 'sweep-orphans',
  describe: 'Remove files (of more than a day) and tables that no upload refers to',
  options: { 'dry-run': dryRun },
  async run(services, args) {
    const sweep = services.get(OrphanSweep);
    const orphans = await sweep.find();
    if (!args['dry-run']) await sweep.remove(orphans);
    const { files, tables } = orphans;
    const rows = [
      ...files.map(({ key, bytes }) => ['file', key, bytesText(bytes)]),
      ...tables.map(({ table, bytes }) => ['table', table, bytesText(bytes)]),
    ];
    const verb = args['dry-run'] ? 'would be removed' : 'removed';
    return {
      text: rows.length === 0 ? 'There are no orphans.' : `${tableText(rows)}\n${rows.length} orphans ${verb}.`,
      json: { removed: !args['dry-run'], ...orphans },
    };
  },
});

export const expireUploads = adminCommand({
  command: 'expire-uploads',
  describe: 'Delete uploads that ended longer ago than they are kept, with rows, rejects and files',
  options: {
    'older-than': { describe: 'Seconds since they ended; UPLOAD_TTL if not given', type: 'number' },
    'dry-run': dryRun,
  },
  async run(services, args) {
    const ttl = args['older-than'] ?? services.get<Config>(CONFIG).UPLOAD_TTL;
    if (!Number.isSafeInteger(ttl) || ttl < 1) {
      throw new UsageError('UPLOAD_TTL is not set: say with --older-than how many seconds uploads are kept.');
    }
    const expired = services.get(ExpiredUploads);
    if (args['dry-run']) {
      const [uploads, number] = await Promise.all([expired.find(ttl, MOST_LISTED), expired.count(ttl)]);
      const rows = uploads.map((upload) => [
        upload.id,
        upload.status,
        upload.completed_at!.toISOString(),
        bytesText(upload.size_bytes),
      ]);
      const more = number > uploads.length ? [`… and ${number - uploads.length} more.`] : [];
      return {
        text: [tableText(rows), ...more, `${number} uploads would be deleted.`].filter(Boolean).join('\n'),
        json: {
          deleted: 0,
          would_delete: number,
          uploads: uploads.map(({ id, status, completed_at }) => ({ id, status, completed_at })),
        },
      };
    }
    const deleted = await expired.deleteAll(ttl);
    return { text: `${deleted} uploads are deleted; jobs remove their data.`, json: { deleted } };
  },
});
