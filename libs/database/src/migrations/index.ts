import { Accounts1795392000001 } from './1795392000001-accounts.js';
import { JobsAndMails1795392000002 } from './1795392000002-jobs-and-mails.js';
import { Csv1795392000003 } from './1795392000003-csv.js';
import { Tasks1795392000004 } from './1795392000004-tasks.js';

/** All migrations, oldest first. A list and not a folder pattern, so that it is the same from source and from dist. */
export const migrations = [Accounts1795392000001, JobsAndMails1795392000002, Csv1795392000003, Tasks1795392000004];
