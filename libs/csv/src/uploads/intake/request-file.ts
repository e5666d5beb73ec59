import { PassThrough } from 'node:stream';
import { FILE_TYPES, isFileBody, isMultipart, UnsupportedMediaType } from '@app/http';
import { Problem } from '@app/problems';
import type { FastifyRequest } from 'fastify';
import { UploadIncomplete } from '../upload.problems.js';
import { displayName, fileNameOf, unpackedName } from './file-name.js';
import { gunzip, isGzip } from './gzip.js';
import { openMultipartFile } from './multipart-file.js';
import { atPace, type Pace } from './pace.js';
import { announcedBytes, type SentFile } from './sent-file.js';
import type { IncomingFile } from './upload-intake.js';

/**
 * Refuses, before its body is read, a request whose body is no file, or is compressed in a way that is not undone here.
 * @throws UnsupportedMediaType
 */
export function requireFileBody(request: FastifyRequest): void {
  if (!isMultipart(request) && !isFileBody(request)) throw unsupportedBody();
  if (contentCoding(request) === 'gzip' && isMultipart(request)) {
    throw unsupportedCoding(
      'A multipart body must not be compressed. Compress the file in it, or send the file as the body.',
    );
  }
}

/** The refusal of a body that is no file. It says what is taken (RFC 9110, 15.5.16). */
export const unsupportedBody = () =>
  new UnsupportedMediaType(
    {},
    {
      detail: `Send the file as the part \`file\` of multipart/form-data (curl -F file=@a.csv), or as the body with the Content-Type ${FILE_TYPES.join(', ')} (curl --data-binary @a.csv -H 'Content-Type: text/csv').`,
      headers: { Accept: ['multipart/form-data', ...FILE_TYPES].join(', ') },
    },
  );

const unsupportedCoding = (detail: string) =>
  new UnsupportedMediaType({}, { detail, headers: { 'Accept-Encoding': 'gzip, identity' } });

/** @throws UnsupportedMediaType for a Content-Encoding other than gzip and identity */
function contentCoding({ headers }: FastifyRequest): 'gzip' | 'identity' {
  const coding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'gzip' || coding === 'x-gzip') return 'gzip';
  if (coding === 'identity' || coding === '') return 'identity';
  throw unsupportedCoding('The only Content-Encoding of a file that is read here is gzip.');
}

/**
 * The file in a request that `requireFileBody` lets through: the part `file` of a multipart body, or the body itself. What is compressed with gzip, by its
 * Content-Encoding or by its content, is unpacked while it is read, and a name such as `a.csv.gz` loses its ending.
 * @param fallbackName the name if neither the part nor the request's Content-Disposition has one
 * @throws UnsupportedMediaType, the refusals of a multipart body, UploadStalled, UploadIncomplete, GzipMalformed
 */
export async function openRequestFile(
  request: FastifyRequest,
  pace: Pace,
  fallbackName: string | undefined,
): Promise<IncomingFile> {
  const sent = isMultipart(request) ? await openMultipartFile(request, pace) : openBody(request, pace);
  const { content, packed } = await unpack(sent.content, contentCoding(request) === 'gzip');
  const filename = displayName(sent.filename || fallbackName);
  return { filename: packed ? unpackedName(filename) : filename, content, announcedBytes: sent.announcedBytes };
}

function openBody(request: FastifyRequest, pace: Pace): SentFile {
  const disposition = request.headers['content-disposition'];
  return {
    filename: disposition === undefined ? undefined : fileNameOf(disposition),
    content: bodyOf(request, pace),
    announcedBytes: announcedBytes(request),
  };
}

/** A body, read on demand. The request itself is not destroyed when reading fails: its connection has to carry the answer. */
async function* bodyOf({ raw }: FastifyRequest, pace: Pace): AsyncGenerator<Buffer> {
  const body = new PassThrough();
  const cutOff = () => void (raw.complete || body.destroy(new UploadIncomplete()));
  body.on('error', () => {});
  raw.once('error', cutOff);
  raw.once('close', cutOff);
  if (raw.destroyed) cutOff();
  raw.pipe(body);
  try {
    yield* atPace(body, pace);
  } catch (error) {
    throw error instanceof Problem ? error : new UploadIncomplete({}, { cause: error });
  } finally {
    raw.unpipe(body);
    raw.off('error', cutOff);
    raw.off('close', cutOff);
    body.destroy();
  }
}

/** Undoes the Content-Encoding, and then gzip by content: a `.csv.gz` may be sent under a Content-Encoding as well. */
async function unpack(content: AsyncIterable<Buffer>, isCoded: boolean) {
  const file = await lookAt(isCoded ? gunzip(content) : content);
  if (!file.isGzip) return { content: file.content, packed: isCoded };
  return { content: gunzip(file.content), packed: true };
}

/** Reads the first two bytes of a file, and gives the whole of it with them. */
async function lookAt(content: AsyncIterable<Buffer>): Promise<{ isGzip: boolean; content: AsyncIterable<Buffer> }> {
  const rest = content[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < 2; ) {
    const next = await rest.next();
    if (next.done) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* read;
      yield* { [Symbol.asyncIterator]: () => rest };
    } finally {
      await rest.return?.();
    }
  };
  return { isGzip: isGzip(Buffer.concat(read)), content: whole() };
}
