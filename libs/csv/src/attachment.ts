/**
 * The Content-Disposition of a download named after an uploaded file: `sales.csv` and `rejects.csv` give `sales.rejects.csv`.
 * The plain name is for old clients, and has ASCII only; `filename*` is what RFC 6266 clients take.
 */
export function attachment(original: string, suffix: string): string {
  const name = `${original.replace(/\.[^.]{1,8}$/, '')}.${suffix}`;
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
