import { UnsupportedMediaType } from '@app/http';
import { Problem } from '@app/problems';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { MultipartMalformed, UploadFileMissing, UploadPartUnexpected, UploadStalled } from '../upload.problems.js';
import type { IncomingFile } from './upload-intake.js';

const PART = 'file';
const FALLBACK_NAME = 'upload.csv';

/**
 * The receiver of the file limits its size. Everything else in the body is small or refused. A second file and a field are let
 * through only because the refusal names them.
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
/** At most this many bytes of a body are not the file: the part's header and two boundaries. */
const MOST_ENVELOPE_BYTES = 16 * 1024;

/** The smallest possible size of the file according to Content-Length, in bytes; 0 if the request has no Content-Length. */
export const announcedBytes = (request: FastifyRequest): number =>
  Math.max(0, Number(request.headers['content-length'] ?? 0) - MOST_ENVELOPE_BYTES);

/** How fast a client must send. */
export interface Pace {
  /** The longest time without a byte. */
  idleMs: number;
  /** The least average over `idleMs`, in bytes per second. */
  minBytesPerSecond: number;
}

/**
 * The file of a multipart request: its only part, named `file`. Its content is read from the connection on demand. Reading fails
 * when the body is cut off, has another part, or is slower than `pace`.
 * @throws UnsupportedMediaType, UploadFileMissing, UploadPartUnexpected, MultipartMalformed, UploadStalled
 */
export async function openMultipartFile(request: FastifyRequest, pace: Pace): Promise<IncomingFile> {
  if (!request.isMultipart()) throw new UnsupportedMediaType();
  const parts = request.parts({ limits: LIMITS });
  const first = await nextPart(parts, pace.idleMs);
  if (!first || (first.type === 'field' && first.fieldname === PART)) throw new UploadFileMissing();
  if (first.type !== 'file' || first.fieldname !== PART) throw new UploadPartUnexpected({ part: first.fieldname });
  return {
    filename: displayName(first.filename),
    content: contentOf(first.file, parts, pace),
    announcedBytes: announcedBytes(request),
  };
}

async function* contentOf(
  file: AsyncIterable<Buffer> & { destroy(): unknown },
  parts: AsyncIterator<Multipart>,
  pace: Pace,
): AsyncGenerator<Buffer> {
  try {
    const chunks = file[Symbol.asyncIterator]();
    const meter = new PaceMeter(pace);
    for (;;) {
      const askedAt = Date.now();
      const next = await inTime(chunks.next(), pace.idleMs);
      if (next.done) break;
      meter.received(next.value.length, Date.now() - askedAt);
      yield next.value;
    }
    const extra = await nextPart(parts, pace.idleMs);
    if (extra) throw new UploadPartUnexpected({ part: extra.fieldname });
  } catch (error) {
    throw asProblem(error);
  } finally {
    file.destroy();
  }
}

/** Measures how fast the client sends. Time in which the server writes does not count. */
class PaceMeter {
  private bytes = 0;
  private waitedMs = 0;

  constructor(private readonly pace: Pace) {}

  /** @throws UploadStalled */
  received(bytes: number, waitedMs: number): void {
    this.bytes += bytes;
    this.waitedMs += waitedMs;
    if (this.waitedMs < this.pace.idleMs) return;
    if (this.bytes < (this.pace.minBytesPerSecond * this.waitedMs) / 1000) throw new UploadStalled();
    this.bytes = 0;
    this.waitedMs = 0;
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

/** Any other error of the parser or the connection means that the body is incomplete or malformed. */
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
    // The abandoned step may still fail when the connection closes.
    step.catch(() => {});
  }
}

const LONGEST_NAME = 255;

/** The name to show, of limited length and without control characters, which must not reach a terminal or a header. */
const displayName = (filename: string | undefined): string => {
  const printable = (filename ?? '').replace(/\p{Cc}/gu, '').trim();
  return [...printable].slice(0, LONGEST_NAME).join('') || FALLBACK_NAME;
};
