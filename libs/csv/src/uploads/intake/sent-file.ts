import { isMultipart } from '@app/http';
import type { FastifyRequest } from 'fastify';

/** The file in a request, as it was sent: perhaps compressed, and under the name that the client gave. */
export interface SentFile {
  filename: string | undefined;
  /** Can be read once, from beginning to end. */
  content: AsyncIterable<Buffer>;
  /** The least size of the file by the request's Content-Length, 0 if it has none. */
  announcedBytes: number;
}

/** At most this many bytes of a multipart body are not the file: the part's header and two boundaries. */
export const MOST_ENVELOPE_BYTES = 16 * 1024;

/** The smallest possible size of the file according to Content-Length, in bytes; 0 if the request has no Content-Length. */
export const announcedBytes = (request: FastifyRequest): number =>
  Math.max(0, Number(request.headers['content-length'] ?? 0) - (isMultipart(request) ? MOST_ENVELOPE_BYTES : 0));
