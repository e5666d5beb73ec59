import type { CDPSession, Page } from 'playwright-core';

/** What the page is after some jumps, once the garbage is collected. */
export interface Footprint {
  jumps: number;
  heapBytes: number;
  nodes: number;
  listeners: number;
}

export interface Jumps {
  /** Of each jump: from the step of the scroll bar until every row in view has its cells. */
  milliseconds: number[];
  footprints: Footprint[];
  /** Rows that showed another number than that of their place. */
  wrong: number;
}

/** Jumps before the first footprint: code is compiled, and as many pages are kept as ever are. */
const WARM_UP = 50;
/** After a jump the grid puts its scroll bar where it belongs (use-row-window.ts). Nobody jumps again within that time. */
const SETTLE_MS = 180;

/** Drags the scroll bar of a grid of rows in file order to random places. */
export async function jump(page: Page, count: number, every: number): Promise<Jumps> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('Performance.enable');
  const place = random();
  const jumps: Jumps = { milliseconds: [], footprints: [], wrong: 0 };
  for (let at = -WARM_UP; at < count; at += 1) {
    if (at >= 0 && at % every === 0) jumps.footprints.push(await footprint(debug, at));
    const { milliseconds, wrong } = (await page.evaluate(`(${ONE_JUMP})(${place()}, ${SETTLE_MS})`)) as {
      milliseconds: number;
      wrong: number;
    };
    jumps.wrong += wrong;
    if (at >= 0) jumps.milliseconds.push(milliseconds);
  }
  jumps.footprints.push(await footprint(debug, count));
  await debug.detach();
  return jumps;
}

async function footprint(debug: CDPSession, jumps: number): Promise<Footprint> {
  await debug.send('HeapProfiler.collectGarbage');
  const { metrics } = await debug.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { jumps, heapBytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

/** Places from 0 to 1, the same in every run. */
function random(): () => number {
  let state = 20_261_126;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Runs in the page, so it is a text: the types of a browser are not those of this program. Looks once a frame, as a person does. A row
 * counts as shown when it is in view and no cell of it is still loading; the rows must fill the view.
 */
const ONE_JUMP = `async (share, settleMs) => {
  const grid = document.querySelector('.grid');
  const head = grid.querySelector('.grid-head').getBoundingClientRect();
  const bottom = grid.getBoundingClientRect().top + grid.clientHeight;
  const before = performance.now();
  grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight);
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (performance.now() - before > 30_000) throw new Error('The rows did not come within 30 s.');
    const seen = [...grid.querySelectorAll('.grid-row')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > head.bottom + 1 && box.top < bottom - 1;
    });
    const edges = seen.flatMap((row) => [row.getBoundingClientRect().top, row.getBoundingClientRect().bottom]);
    const isFull = seen.length > 0 && Math.min(...edges) <= head.bottom + 1 && Math.max(...edges) >= bottom - 1;
    if (!isFull || seen.some((row) => row.querySelector('.cell-loading'))) continue;
    const milliseconds = performance.now() - before;
    const wrong = seen.filter(
      (row) => Number(row.querySelector('.row-button').textContent) !== Number(row.getAttribute('aria-rowindex')) - 1,
    ).length;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return { milliseconds, wrong };
  }
}`;
