import { UnsupportedMediaType } from '@app/http';
import { Problem } from '@app/problems';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { MultipartMalformed, UploadFileMissing, UploadPartUnexpected } from '../upload.problems.js';
import { fieldNameOf, fileNameOf } from './file-name.js';
import { atPace, inTime, type Pace } from './pace.js';
import { announcedBytes, MOST_ENVELOPE_BYTES, type SentFile } from './sent-file.js';

const PART = 'file';

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

/** The encodings of a part that change nothing. RFC 7578, 4.7 forbids the others in forms. */
const PLAIN_ENCODINGS = new Set(['', '7bit', '8bit', 'binary']);

const BOUNDARY = /;\s*boundary\s*=\s*(?:"[^"]|[^\s;"])/i;

/**
 * The file of a multipart request: its only part, named `file`. Its content is read from the connection on demand. Reading fails
 * when the body is cut off, has another part, or is slower than `pace`.
 * @throws UnsupportedMediaType, UploadFileMissing, UploadPartUnexpected, MultipartMalformed, UploadStalled
 */
export async function openMultipartFile(request: FastifyRequest, pace: Pace): Promise<SentFile> {
  if (!BOUNDARY.test(request.headers['content-type'] ?? '')) throw new MultipartMalformed({}, { detail: NO_BOUNDARY });
  const parts = request.parts({ limits: LIMITS });
  const headers = new FirstBytes(request);
  const first = await nextPart(parts, pace.idleMs).finally(() => headers.stop());
  if (!first || (first.type === 'field' && first.fieldname === PART)) throw new UploadFileMissing();
  if (first.type !== 'file' || first.fieldname !== PART) throw new UploadPartUnexpected({ part: first.fieldname });
  const encoding = first.encoding.trim().toLowerCase();
  if (!PLAIN_ENCODINGS.has(encoding)) throw encodedPart(encoding);
  return {
    filename: headers.fileName() ?? first.filename,
    content: contentOf(first.file, parts, pace),
    announcedBytes: announcedBytes(request),
  };
}

const NO_BOUNDARY =
  'The Content-Type of the multipart body has no boundary. Let your client write this header: it knows the boundary.';

const encodedPart = (encoding: string) =>
  new UnsupportedMediaType(
    {},
    {
      detail: `The part has the Content-Transfer-Encoding ${encoding.slice(0, 40)}. Send the bytes of the file as they are, or compressed with gzip.`,
    },
  );

const DISPOSITION = /^content-disposition:((?:[^\r\n]|\r\n[ \t])*)/gim;

/**
 * The beginning of a body, where the header of its file is. The parser of multipart gives a file name only after it has decoded it, and
 * knows few of the forms that clients use.
 */
class FirstBytes {
  private bytes = '';

  constructor(private readonly request: FastifyRequest) {
    request.raw.on('data', this.add);
  }

  private readonly add = (chunk: Buffer): void => {
    this.bytes += chunk.toString('latin1', 0, MOST_ENVELOPE_BYTES - this.bytes.length);
    if (this.bytes.length >= MOST_ENVELOPE_BYTES) this.stop();
  };

  stop(): void {
    this.request.raw.off('data', this.add);
  }

  fileName(): string | undefined {
    const headers = [...this.bytes.matchAll(DISPOSITION)].map(([, value]) => value!.replaceAll('\r\n', ''));
    const own = headers.find((header) => fieldNameOf(header) === PART);
    return own === undefined ? undefined : fileNameOf(own);
  }
}

async function* contentOf(
  file: AsyncIterable<Buffer> & { destroy(): unknown },
  parts: AsyncIterator<Multipart>,
  pace: Pace,
): AsyncGenerator<Buffer> {
  try {
    yield* atPace(file, pace);
    const extra = await nextPart(parts, pace.idleMs);
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

/** Any other error of the parser or the connection means that the body is incomplete or malformed. */
const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new MultipartMalformed({}, { cause: error });
