import { type ColumnFindings, type Readings, withoutEmptyProperty } from '@app/csv-format';
import type { ColumnExceptions } from './batches/batch.js';

/**
 * What all batches have shown of the columns, in file order.
 * @param joined the readings that are left after all batches, and the values that are not empty, by column
 * @param exceptions of the batches, in their order. An exception of a batch is one of the file: see ColumnEvidence.
 */
export function columnFindings(
  joined: readonly { readings: Readings; filled: number }[],
  exceptions: readonly ColumnExceptions[],
): ColumnFindings[] {
  const findings = joined.map(
    ({ readings, filled }): ColumnFindings => ({ readings: withoutEmptyProperty(readings), filled, exceptions: null }),
  );
  for (const { column, count, alike = 1, row_id, line, value, ruled_out } of exceptions) {
    const finding = findings[column]!;
    if (finding.exceptions) {
      finding.exceptions.count += count;
      if (finding.exceptions.first.value === value) finding.exceptions.alike += alike;
    } else finding.exceptions = { count, alike, first: { row_id, value }, line };
    if (!ruled_out) continue;
    const { ruledOut } = finding.exceptions;
    if (ruledOut) ruledOut.count += ruled_out.count;
    else finding.exceptions.ruledOut = { ...ruled_out };
  }
  return findings;
}
