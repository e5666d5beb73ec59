import { CONFIG, type Config } from '@app/config';
import { UserTurns } from '@app/http';
import { Inject, Injectable } from '@nestjs/common';
import { TooManyUploads } from '../upload.problems.js';

/** Long enough for 200 small files on a busy machine; the clients of fetch and curl wait for longer. */
const LONGEST_WAIT_MS = 120_000;

/**
 * Lets each user send a few files at a time; the others wait before their body is read, so they cost no memory and no connection to the
 * database. 200 small files of one user at once took all connections, and up to 98 of them got 503 after their bytes had come.
 */
@Injectable()
export class UploadTurns extends UserTurns {
  /** `take` throws TooManyUploads. */
  constructor(@Inject(CONFIG) { UPLOADS_PER_USER: limit }: Config) {
    super({ limit, longestWaitMs: LONGEST_WAIT_MS, refusal: () => new TooManyUploads({ limit }) });
  }
}
