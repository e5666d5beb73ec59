import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import type { FailureCode } from '../ingest/ingest-failures.js';
import { ContentInspection } from '../uploads/intake/content-inspection.js';
import { CsvEmpty, CsvNoColumns, NamesDoNotFit } from '../uploads/upload.problems.js';
import type { UploadOptions } from '../uploads/upload-options.js';
import type { PreviewAnswer } from './preview.js';
import { type PreviewCaller, PreviewThread } from './preview-thread.js';
import { readHead } from './read-head.js';

/** Shows how an upload of a file would be read. Nothing is stored. */
@Injectable()
export class PreviewsService {
  constructor(
    private readonly thread: PreviewThread,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param content of the file; what is past its first MiB is not read
   * @returns a PreviewDto as JSON
   * @throws CsvEmpty, CsvNotText, CsvNoColumns, NamesDoNotFit, ServiceUnavailable, ClientGone, and the errors of `content`
   */
  async preview(caller: PreviewCaller, content: AsyncIterable<Buffer>, options: UploadOptions): Promise<string> {
    const { bytes, isWhole } = await readHead(content);
    const inspection = new ContentInspection(this.config.MAX_UPLOAD_BYTES, options.encoding);
    inspection.push(bytes);
    const { encoding } = inspection.end();
    const answer = await this.thread.preview(caller, { bytes, isWhole, options, encoding });
    if ('refused' in answer) throw refusal(answer.refused, answer.facts);
    return answer.json;
  }
}

/** The problem with which an upload of the file is refused. */
function refusal(code: FailureCode, { names = 0, columns = 0 }: Extract<PreviewAnswer, { refused: unknown }>['facts']) {
  if (code === 'csv_empty') return new CsvEmpty();
  return code === 'names_do_not_fit' ? new NamesDoNotFit({ names, columns }) : new CsvNoColumns();
}
