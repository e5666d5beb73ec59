import { Accounts1795392000001 } from './1795392000001-accounts.js';
import { JobsAndMails1795392000002 } from './1795392000002-jobs-and-mails.js';
import { Csv1795392000003 } from './1795392000003-csv.js';
import { Tasks1795392000004 } from './1795392000004-tasks.js';
import { IdempotencyKeys1795392000005 } from './1795392000005-idempotency-keys.js';
import { WaitingScans1795392000006 } from './1795392000006-waiting-scans.js';
import { PasswordResets1795392000010 } from './1795392000010-password-resets.js';
import { PassedOver1795392000011 } from './1795392000011-passed-over.js';
import { ColumnFormats1795392000012 } from './1795392000012-column-formats.js';
import { JobContext1795392000020 } from './1795392000020-job-context.js';
import { CsvQuotas1795392000040 } from './1795392000040-csv-quotas.js';
import { WalPositions1795392000070 } from './1795392000070-wal-positions.js';
import { CsvHold1795392000071 } from './1795392000071-csv-hold.js';
import { TextBlocks1795392000080 } from './1795392000080-text-blocks.js';

/** All migrations, oldest first. A list and not a file pattern, so that it is the same in the sources and in dist. */
export const migrations = [
  Accounts1795392000001,
  JobsAndMails1795392000002,
  Csv1795392000003,
  Tasks1795392000004,
  IdempotencyKeys1795392000005,
  WaitingScans1795392000006,
  PasswordResets1795392000010,
  PassedOver1795392000011,
  ColumnFormats1795392000012,
  JobContext1795392000020,
  CsvQuotas1795392000040,
  WalPositions1795392000070,
  CsvHold1795392000071,
  TextBlocks1795392000080,
];
