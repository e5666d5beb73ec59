import { TagCache } from '@app/cache';
import { ClientGone } from '@app/database';
import { metrics } from '@app/metrics';
import { Injectable } from '@nestjs/common';
import { uploadTags } from '../../uploads/upload-effects.js';
import type { RowsAnswer } from '../execute/rows-response.js';
import type { IndexUse } from '../plan/index-planner.js';
import type { RawRowsQuery } from '../request/parse-rows-query.js';
import type { RowsCaller } from '../rows.service.js';

/** The answer says that an index is being built, which is untrue as soon as it is complete. */
const WHILE_BUILDING_MS = 1_000;

export interface CachedAnswer extends RowsAnswer {
  outcome: 'HIT' | 'MISS' | 'BYPASS';
}

/** Caches pages of rows per user, upload and query. A hit does not touch the database. */
@Injectable()
export class AnswerCache {
  constructor(private readonly cache: TagCache) {}

  async read(
    asker: RowsCaller,
    uploadId: string,
    raw: RawRowsQuery,
    load: () => Promise<RowsAnswer>,
  ): Promise<CachedAnswer> {
    // What is neither read from the cache nor stored in it need not be packed for it.
    if (asker.fresh) {
      metrics.cacheReads.inc({ outcome: 'BYPASS' });
      return { ...(await load()), outcome: 'BYPASS' };
    }
    const asked = Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1));
    try {
      const { bytes, outcome } = await this.cache.readText({
        key: `rows:${asker.userId}:${uploadId}:${JSON.stringify(asked)}`,
        tags: [uploadTags.one(uploadId)],
        load: async () => packed(await load()),
      });
      return { ...unpacked(bytes), outcome };
    } catch (error) {
      // Concurrent requests share one load. The load was aborted because the client that began it has disconnected; this client has not.
      if (error instanceof ClientGone && !asker.signal.aborted) return this.read(asker, uploadId, raw, load);
      throw error;
    }
  }
}

/** The state of the index in a line of its own, then the body. */
const packed = ({ index, openBody }: RowsAnswer) => ({
  text: Buffer.concat([Buffer.from(`${index}\n`), openBody]),
  ...(index === 'building' && { ttlMs: WHILE_BUILDING_MS }),
});

function unpacked(bytes: Buffer): RowsAnswer {
  const end = bytes.indexOf('\n');
  return { index: bytes.toString('latin1', 0, end) as IndexUse, openBody: bytes.subarray(end + 1) };
}
