import { Injectable, Logger } from '@nestjs/common';
import type { CsvUpload } from '../../upload/upload.entity.js';
import { SHARED_ROWS_TABLE } from '../../upload/uploads.repository.js';
import type { IndexUse } from '../execute/rows-page.js';
import { isFiltered, isWholeFile, type RowSelection } from '../request/rows-query.js';
import { type CataloguedIndex, IndexCatalogue } from './index-catalogue.js';
import { type IndexChoice, indexNeeds, is, servesFilter } from './index-needs.js';

/** How the indexes of an upload stand to a query. */
export interface IndexAdvice {
  /** What the client is told. */
  use: IndexUse;
  /** No index finds the rows, or brings them in order: each row of a big table has to be looked at. */
  mustScan: boolean;
  /** There is an index in the very order asked for. */
  inOrder: boolean;
  /** The index for `search` is there, and of use for this search. */
  searchIndexed: boolean;
}

/** The file as it is: its rows are found by their number. */
const BY_NUMBER: IndexAdvice = { use: 'used', mustScan: false, inOrder: true, searchIndexed: false };
/** Uploads in the shared table are small and looked through in no time. */
const SMALL: IndexAdvice = { use: 'none', mustScan: false, inOrder: false, searchIndexed: false };

/** Tells a query which indexes it can count on, and has those built that it lacks. */
@Injectable()
export class IndexAdviser {
  private readonly log = new Logger(IndexAdviser.name);

  constructor(private readonly catalogue: IndexCatalogue) {}

  async advise(upload: CsvUpload, selection: RowSelection): Promise<IndexAdvice> {
    if (isWholeFile(selection)) return BY_NUMBER;
    if (upload.rows_table === SHARED_ROWS_TABLE) return SMALL;

    const { filters, order } = indexNeeds(selection);
    const known = await this.catalogue.of(upload);
    const isReady = (matches: (index: IndexChoice) => boolean) =>
      known.some((index) => index.status === 'ready' && matches(index));
    const missing = filters.filter((need) => !isReady(servesFilter(need)));
    if (order && !isReady(is(order)) && !missing.some(is(order))) missing.push(order);

    const found = filters.some((need) => isReady(servesFilter(need)));
    return {
      use: await this.useOf(upload, known, missing, filters.length + (order ? 1 : 0)),
      mustScan: isFiltered(selection) ? !found : missing.length > 0,
      inOrder: order === null || isReady(is(order)),
      searchIndexed: filters.some((need) => need.kind === 'search' && isReady(is(need))),
    };
  }

  /** `used`: all that the query calls for is there. `building`: something of it is on its way. */
  private async useOf(
    upload: CsvUpload,
    known: CataloguedIndex[],
    missing: IndexChoice[],
    called: number,
  ): Promise<IndexUse> {
    if (called === 0) return 'none';
    if (missing.length === 0) return 'used';
    const unheard = missing.some((need) => !known.some(is(need)));
    const current = unheard ? await this.afterWishing(upload, known, missing) : known;
    const onItsWay = missing.some((need) => current.some((index) => index.status !== 'refused' && is(need)(index)));
    if (onItsWay) return 'building';
    return missing.length < called ? 'used' : 'none';
  }

  /** A query is answered also where its wish cannot be taken down. */
  private async afterWishing(
    upload: CsvUpload,
    known: CataloguedIndex[],
    missing: IndexChoice[],
  ): Promise<CataloguedIndex[]> {
    try {
      await this.catalogue.wish(upload, missing);
      return await this.catalogue.of(upload);
    } catch (error) {
      this.log.warn({ err: error, upload_id: upload.id }, 'A wish for an index was not taken down');
      return known;
    }
  }
}
