import { decideColumns } from '@app/csv-format';
import type { CsvUpload } from '../uploads/upload.entity.js';
import type { UploadOptions } from '../uploads/upload-options.js';
import type { IngestPlan, LoadTotals } from './ingest.repository.js';
import { TOLERATED_REJECTS, TOLERATED_SHARE, UnreadableFile } from './ingest-failures.js';
import { warningsOf } from './load-warnings.js';

/** What all records of a file have shown. */
export type RecordTotals = Pick<
  LoadTotals,
  'rows' | 'rejects' | 'rowsAtEnd' | 'notes' | 'lines' | 'columns' | 'firstLine'
>;

/**
 * What the owner of a file is told once its records are read: the types of its columns, and what was passed over.
 * @throws UnreadableFile where too few of the records are rows
 */
export function loadResult(
  plan: IngestPlan,
  totals: RecordTotals,
  options: UploadOptions,
): Pick<CsvUpload, 'columns' | 'dialect' | 'errors'> {
  requireTolerable(options, totals);
  const { columns, thousands, warnings } = decideColumns(plan.columns, totals.columns, {
    ...plan.dialect,
    options,
    firstLine: totals.firstLine,
    end: { rows: totals.rows, rowsAtEnd: totals.rowsAtEnd, footer: plan.footer?.records ?? 0 },
  });
  return {
    columns,
    dialect: { ...plan.dialect, thousands },
    errors: [...warningsOf(plan, totals), ...warnings.map((warning) => ({ ...warning }))],
  };
}

/** The limit of rejects if the owner sets none. @throws UnreadableFile */
function requireTolerable(options: UploadOptions, { rows, rejects }: RecordTotals): void {
  if (options.max_rejects !== undefined) return;
  if (rows === 0 && rejects > 0) throw new UnreadableFile('all_rejected', { rejects });
  if (rejects <= TOLERATED_REJECTS) return;
  if (rejects > (rows + rejects) * TOLERATED_SHARE) throw new UnreadableFile('too_many_rejects', { rejects });
}
