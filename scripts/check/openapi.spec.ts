import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../root.js';
import { openApiFaults } from './openapi.js';

describe('the OpenAPI rules', () => {
  it('accept the document of the service', async () => {
    expect(await openApiFaults()).toEqual([]);
  });

  it('find an example that its schema does not allow, an undeclared tag and a missing licence', async () => {
    const document = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8'));
    delete document.info.license;
    const { get } = document.paths['/api/v1/auth/user/me/'];
    get.tags = ['Unheard of'];
    delete get.responses['401'].content['application/problem+json'].examples.invalid_token.value.detail;
    const path = join(mkdtempSync(join(tmpdir(), 'openapi-')), 'openapi.json');
    writeFileSync(path, JSON.stringify(document));
    const faults = (await openApiFaults(path)).join('\n');
    expect(faults).toContain('redocly info-license');
    expect(faults).toContain('spectral operation-tag-defined #/paths//api/v1/auth/user/me/');
    expect(faults).toContain('spectral oas3-valid-media-example #/paths//api/v1/auth/user/me/');
  });
});
