import { afterEach, expect, it, vi } from 'vitest';

const ROWS = 200_000;
/** How many rows the service has been asked for when the last one was printed. */
let asked = 0;

vi.mock('../command.js', async (original) => ({
  ...(await original<typeof import('../command.js')>()),
  loggedIn: () => ({
    rowsWarnings: async () => [],
    async *rows() {
      for (asked = 1; asked <= ROWS; asked += 1) yield { row_id: asked, data: { city: 'Paris' } };
    },
  }),
}));
const { rows } = await import('./rows.js');

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Lines of standard output, and how many rows were asked for before each. */
async function show(options: { json: boolean }) {
  const lines: string[] = [];
  const askedBefore: number[] = [];
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    askedBefore.push(asked);
    return lines.push(String(text)) > 0;
  });
  await rows.handler({ _: [], $0: '', upload: '019ab2f0', filter: [], limit: 0, ...options });
  return { lines, askedBefore };
}

it('prints each of 200,000 rows as JSON before it asks for the next', async () => {
  const { lines, askedBefore } = await show({ json: true });
  expect(lines).toHaveLength(ROWS);
  expect(JSON.parse(lines.at(-1)!)).toEqual({ row_id: ROWS, data: { city: 'Paris' } });
  expect(askedBefore.every((before, line) => before === line + 1)).toBe(true);
});

it('prints 200,000 rows as a table, the first of them long before the last is there', async () => {
  const { lines, askedBefore } = await show({ json: false });
  expect(lines).toHaveLength(ROWS + 1);
  expect(lines[1]).toBe('1     Paris\n');
  expect(askedBefore[0]).toBeLessThan(ROWS / 10);
});
