import { problemCatalogue } from '@app/problems';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const page = () => {
  const entries = [...problemCatalogue().values()]
    .sort((a, b) => a.code.localeCompare(b.code))
    .map(({ code, kind }) => {
      const detail = typeof kind.detail === 'string' ? `<p>${escapeHtml(kind.detail)}</p>` : '';
      return `<section id="${code}"><h2><code>${code}</code></h2><p><b>${kind.status}</b> ${escapeHtml(kind.title)}</p>${detail}</section>`;
    });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Error codes</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
section:target{outline:2px solid #888;outline-offset:.5rem}</style><h1>Error codes</h1>${entries.join('\n')}</html>`;
};

/** Explains every problem code at /api/docs/errors, where the `type` of a problem points to. */
export function serveErrorPage(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/api/docs/errors', (_request, reply) => reply.type('text/html; charset=utf-8').send(page()));
}
