import { Injectable, Logger } from '@nestjs/common';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { isOwnTable } from '../../uploads/upload-tables.js';
import { type CataloguedIndex, IndexCatalogue } from '../indexes/index-catalogue.js';
import { type IndexChoice, sameIndex } from '../indexes/index-definition.js';
import { isFiltered, isWholeFile, type RowSelection } from '../request/rows-query.js';
import type { BlocksCondition } from '../sql/text-blocks.js';
import { blocksCondition, choicesIn, indexNeeds, isServed, servesFilter } from './index-needs.js';

/** `used`: every index that the query needs is ready. `building`: one is being built. `none`: the query runs without. */
export type IndexUse = 'used' | 'building' | 'none';

/** Which indexes a query can use. */
export interface IndexPlan {
  /** What the response reports. */
  use: IndexUse;
  /** No index finds the rows or has their order: every row of a big table must be read. */
  mustScan: boolean;
  /** There is an index in exactly the requested order. */
  inOrder: boolean;
  /** What counts the rows where there are many; null where the selection is not of one text. */
  blocks: BlocksUse | null;
}

/** The text blocks of the column of a condition. */
export interface BlocksUse {
  condition: BlocksCondition;
  /** Of the view; null where there is none. */
  view: string | null;
  /** Whether to request the view if the rows prove to be many. Not while an index is to come that may show that they are few. */
  mayRequest: boolean;
}

/** Rows of the whole file are found by row number. */
export const BY_ROW_NUMBER: IndexPlan = { use: 'used', mustScan: false, inOrder: true, blocks: null };
/** Uploads in the shared table are small enough to be read without an index. */
const SMALL_UPLOAD: IndexPlan = { use: 'none', mustScan: false, inOrder: false, blocks: null };

/** Finds the indexes that a query can use, and requests those that are missing. */
@Injectable()
export class IndexPlanner {
  private readonly log = new Logger(IndexPlanner.name);

  constructor(private readonly catalogue: IndexCatalogue) {}

  async plan(upload: CsvUpload, selection: RowSelection): Promise<IndexPlan> {
    if (isWholeFile(selection)) return BY_ROW_NUMBER;
    if (!isOwnTable(upload.rows_table)) return SMALL_UPLOAD;

    const { filter, order } = indexNeeds(selection);
    const known = await this.catalogue.of(upload);
    const isReady = (matches: (index: IndexChoice) => boolean) =>
      known.some((index) => index.status === 'ready' && matches(index));
    const needed = choicesIn(filter);
    const missing = needed.filter((need) => !isReady(servesFilter(need)));
    if (order && !isReady(sameIndex(order)) && !missing.some(sameIndex(order))) missing.push(order);

    const isRefused = (need: IndexChoice) =>
      known.some((index) => index.status === 'refused' && servesFilter(need)(index));
    const found = isServed(filter, (need) => isReady(servesFilter(need)));
    const ordered = order !== null && isReady(sameIndex(order));
    return {
      use: await this.useOf(upload, known, missing, found || ordered),
      mustScan: isFiltered(selection) ? !found : missing.length > 0,
      inOrder: order === null || ordered,
      blocks: blocksUse(selection, known, found || needed.every(isRefused)),
    };
  }

  /** Requests the blocks of a text for the next counts. */
  async requestBlocks(upload: CsvUpload, { condition }: BlocksUse): Promise<void> {
    await this.request(upload, [], [blocksOf(condition)]);
  }

  /**
   * @param missing the indexes that the query needs and that are not ready.
   * @param helped whether those that are ready find or order the rows.
   */
  private async useOf(
    upload: CsvUpload,
    known: CataloguedIndex[],
    missing: IndexChoice[],
    helped: boolean,
  ): Promise<IndexUse> {
    if (missing.length > 0) {
      const requested = missing.every((need) => known.some(sameIndex(need)));
      const current = requested ? known : await this.request(upload, known, missing);
      const building = missing.some((need) =>
        current.some((index) => index.status !== 'refused' && sameIndex(need)(index)),
      );
      if (building) return 'building';
    }
    return helped ? 'used' : 'none';
  }

  /** A query is answered even when its index request fails. */
  private async request(
    upload: CsvUpload,
    known: CataloguedIndex[],
    missing: IndexChoice[],
  ): Promise<CataloguedIndex[]> {
    try {
      await this.catalogue.request(upload, missing);
      return await this.catalogue.of(upload);
    } catch (error) {
      this.log.warn({ err: error, upload_id: upload.id }, 'Could not request an index');
      return known;
    }
  }
}

const blocksOf = ({ column }: BlocksCondition): IndexChoice => ({ kind: 'text_blocks', column });

function blocksUse(selection: RowSelection, known: CataloguedIndex[], mayRequest: boolean): BlocksUse | null {
  const condition = blocksCondition(selection);
  if (!condition) return null;
  const entry = known.find(sameIndex(blocksOf(condition)));
  return { condition, view: entry?.status === 'ready' ? entry.name : null, mayRequest: mayRequest && !entry };
}
