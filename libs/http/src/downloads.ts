import { encodeExtended } from 'content-disposition';

/** The name of a file that is derived from an upload: `sales.csv` and `rejects.csv` give `sales.rejects.csv`. */
export const derivedName = (original: string, suffix: string): string =>
  `${original.replace(/\.[^.]{1,8}$/, '')}.${suffix}`;

/**
 * `Content-Disposition: attachment` for a file name. `filename` holds an ASCII form of `fallback` for old clients, and `filename*`
 * the whole name (RFC 6266). The quotes are written here: the library leaves them out where the grammar allows it, and some clients
 * look for them.
 */
export function attachment(name: string, fallback = name): string {
  const ascii = fallback.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=${encodeExtended(name.toWellFormed())}`;
}

/** Whether `Accept-Encoding` (RFC 9110, 12.5.3) allows gzip: by name or by `*`, and not with the weight 0. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const weights = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((entry) => entry.split(';').map((part) => part.trim()))
      .map(([coding = '', ...parameters]) => {
        const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
        return [coding, weight === undefined ? 1 : Number(weight)] as const;
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
