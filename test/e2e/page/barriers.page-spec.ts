import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScene, open, type Scene, VIEWS } from '../../../scripts/images/views.js';
import { NARROW, startBrowser, violationsOf, WIDE } from '../../support/browser.js';
import { Service } from '../../support/service.js';

// What is open, goes on or went wrong; journey.page-spec.ts looks at the pages as they are when they are opened.

const STATES = Object.values(VIEWS).filter(({ isState }) => isState);

/**
 * An open menu is drawn at the end of the document. It has the focus while it is open and is left by a key, so nobody has to find it by the
 * landmarks of the page; of dialogs, which are drawn there too, axe-core knows that.
 */
const IS_MENU_BESIDE_LANDMARKS = /^region: <div [^>]*role="menu"/;

let service: Service;
let browser: Browser;
let scene: Scene;
beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  scene = await makeScene(service.api.url, await service.client.withAccount(), 2_000);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

// Each theme and each width once: what axe-core finds in one of them depends on the theme or on the width, hardly on both.
describe.each([
  ['light', WIDE],
  ['dark', NARROW],
] as const)('in the %s theme at %o', (colorScheme, viewport) => {
  it.each(STATES)('$name has no barrier that axe-core finds, and is not wider than the screen', async (view) => {
    const { page, faults, close } = await open(browser, scene, view, {
      colorScheme,
      viewport,
      reducedMotion: 'reduce',
    });
    await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})))');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    expect((await violationsOf(page)).filter((violation) => !IS_MENU_BESIDE_LANDMARKS.test(violation))).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
