/** The bytes of a file. In a browser a Blob (or File), in Node also a stream. */
export type FileSource = Blob | AsyncIterable<Uint8Array>;

export interface FileRequest {
  url: string;
  headers: Record<string, string>;
  signal?: AbortSignal;
  /** Is told the number of bytes that were sent so far. */
  onBytes?: (sent: number) => void;
}

export interface RawAnswer {
  status: number;
  headers: { get(name: string): string | null };
  text: string;
}

/**
 * Sends a file as the body of a POST. A browser sends it by XMLHttpRequest, whose progress events fetch does not have.
 * @throws TypeError when the connection fails; the reason of the signal when that aborts
 */
export function sendFile(request: FileRequest, file: FileSource): Promise<RawAnswer> {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr };
  return XMLHttpRequest && file instanceof Blob
    ? sendByXhr(new XMLHttpRequest(), request, file)
    : sendByFetch(request, file);
}

async function sendByFetch({ url, headers, signal, onBytes }: FileRequest, file: FileSource): Promise<RawAnswer> {
  const chunks = file instanceof Blob ? (file.stream() as AsyncIterable<Uint8Array>) : file;
  const iterator = chunks[Symbol.asyncIterator]();
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) return controller.close();
      sent += value.length;
      onBytes?.(sent);
      controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  const init = { method: 'POST', headers, signal, body, duplex: 'half' };
  const response = await fetch(url, init as RequestInit);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The part of XMLHttpRequest that is used here. */
interface Xhr {
  status: number;
  responseText: string;
  upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
}

function sendByXhr(xhr: Xhr, { url, headers, signal, onBytes }: FileRequest, file: Blob): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded }) => onBytes?.(loaded);
    const answerHeaders = { get: (name: string) => xhr.getResponseHeader(name) };
    xhr.onload = () => resolve({ status: xhr.status, headers: answerHeaders, text: xhr.responseText });
    xhr.onerror = () => reject(new TypeError('The connection failed.'));
    xhr.onabort = () => reject(signal?.reason);
    signal?.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(file);
  });
}
