import { UnsupportedMediaType } from '@app/http';
import { Problem } from '@app/problems';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { MultipartMalformed, UploadFileMissing, UploadPartUnexpected, UploadStalled } from '../upload.problems.js';
import type { IncomingFile } from './upload-intake.js';

const PART = 'file';
const FALLBACK_NAME = 'upload.csv';

/**
 * The size of the file is judged by whoever takes it, with a limit of its own; everything else in the body is small or refused.
 * Two files and a field are let through only to be named in the refusal.
 */
const LIMITS = {
  fileSize: Number.MAX_SAFE_INTEGER,
  files: 2,
  fields: 1,
  parts: 3,
  fieldSize: 1024,
  headerPairs: 20,
  headerSize: 8 * 1024,
};
/** At most so many bytes of a body are not the file: the part's header and two boundaries. */
const MOST_ENVELOPE_BYTES = 16 * 1024;

/** How large the file is at least, by the Content-Length; 0 where the request has none. */
export const announcedBytes = (request: FastifyRequest): number =>
  Math.max(0, Number(request.headers['content-length'] ?? 0) - MOST_ENVELOPE_BYTES);

/**
 * The file of a multipart request: its one part, named `file`. Its content is read from the connection as it is asked for, and
 * ends in an error when the body is cut off, goes on with another part, or stands still for `idleMs`.
 * @throws UnsupportedMediaType, UploadFileMissing, UploadPartUnexpected, MultipartMalformed, UploadStalled
 */
export async function openMultipartFile(request: FastifyRequest, idleMs: number): Promise<IncomingFile> {
  if (!request.isMultipart()) throw new UnsupportedMediaType();
  const parts = request.parts({ limits: LIMITS });
  const first = await nextPart(parts, idleMs);
  if (!first || (first.type === 'field' && first.fieldname === PART)) throw new UploadFileMissing();
  if (first.type !== 'file' || first.fieldname !== PART) throw new UploadPartUnexpected({ part: first.fieldname });
  return {
    filename: displayName(first.filename),
    content: contentOf(first.file, parts, idleMs),
    announcedBytes: announcedBytes(request),
  };
}

async function* contentOf(
  file: AsyncIterable<Buffer> & { destroy(): unknown },
  parts: AsyncIterator<Multipart>,
  idleMs: number,
): AsyncGenerator<Buffer> {
  try {
    const chunks = file[Symbol.asyncIterator]();
    for (;;) {
      const next = await inTime(chunks.next(), idleMs);
      if (next.done) break;
      yield next.value;
    }
    const extra = await nextPart(parts, idleMs);
    if (extra) throw new UploadPartUnexpected({ part: extra.fieldname });
  } catch (error) {
    throw asProblem(error);
  } finally {
    file.destroy();
  }
}

async function nextPart(parts: AsyncIterator<Multipart>, idleMs: number): Promise<Multipart | undefined> {
  try {
    const { value, done } = await inTime(parts.next(), idleMs);
    return done ? undefined : value;
  } catch (error) {
    throw asProblem(error);
  }
}

/** Whatever the parser or the connection came upon, the body was not a whole one. */
const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new MultipartMalformed({}, { cause: error });

async function inTime<T>(step: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UploadStalled()), idleMs);
  });
  try {
    return await Promise.race([step, patience]);
  } finally {
    clearTimeout(timer);
    // Given up on, it may still fail when the connection is closed.
    step.catch(() => {});
  }
}

const LONGEST_NAME = 255;

/** The name to show: without control characters, which no terminal or header should be given, and of bounded length. */
const displayName = (filename: string | undefined): string => {
  const printable = (filename ?? '')
    .replace(/\p{Cc}/gu, '')

    .trim();
  return [...printable].slice(0, LONGEST_NAME).join('') || FALLBACK_NAME;
};
