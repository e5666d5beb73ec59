/** The same numbers in each run, so that an image changes only with the page: a linear congruential generator of 32 bits. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CITIES = ['Paris', 'Rome', 'Oslo', 'Lima', 'Kyoto', 'São Paulo'];
const PEOPLE = ['Ada Lovelace', 'Grace Hopper', 'Katherine Johnson', 'Dorothy Vaughan', 'Radia Perlman'];
const STATUSES = ['delivered', 'shipped', 'returned', 'cancelled'];
const two = (number: number) => String(number).padStart(2, '0');

/** 120,000 orders with decimal commas, days, times and empty cells. */
export function orders(rows = 120_000): string {
  const below = numbers(41);
  const lines = ['Order No;City;Customer Name;Unit Price;Quantity;Gift?;Ordered On;Shipped At;Status;Remark'];
  for (let row = 1; row <= rows; row += 1) {
    const price = (100 + Math.floor(below(9_400) ** 2 / 9_400)) / 100;
    const shipped =
      below(4) === 0
        ? ''
        : `2026-${two(9 + below(3))}-${two(1 + below(28))}T${two(6 + below(12))}:${two(below(4) * 15)}:00Z`;
    lines.push(
      [
        row,
        CITIES[below(CITIES.length)],
        PEOPLE[below(PEOPLE.length)],
        price.toFixed(2).replace('.', ','),
        1 + below(9),
        below(3) === 0,
        `2026-${two(9 + below(3))}-${two(1 + below(28))}`,
        shipped,
        STATUSES[below(STATUSES.length)],
        below(12) === 0 ? 'call before delivery' : '',
      ].join(';'),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Stations with a title above, a source below, one line too many cells, and a short one. */
export function stations(): string {
  const lines = Array.from({ length: 60 }, (_, at) => `${at + 1},Station ${at + 1},${(at * 7) % 40}.5`);
  lines.splice(20, 0, '20b,"Station, new",12.50,,surplus');
  lines.splice(40, 0, '40b,Station 40b');
  return `Stations of the north\n\nid,name,temperature\n${lines.join('\n')}\n\nSource: the weather office\n`;
}

/** A bank statement whose preview has something to tell. */
export const statement = (): string =>
  [
    'Account;DE02 1203 0000 0000 2020 51',
    '',
    'Booked;Payee;Purpose;Amount',
    ...Array.from({ length: 30 }, (_, at) => {
      const amount = `${at % 3 === 0 ? '' : '-'}${1 + (at % 4)}.${String(100 + at * 7).slice(-3)},${two((at * 13) % 100)}`;
      return `${two(1 + (at % 28))}.10.2026;${PEOPLE[at % 5]};Invoice ${4_100 + at};${at === 7 ? 'n/a' : amount}`;
    }),
    '',
    'Balance;;;3.120,55',
  ].join('\n');

export const TASKS = [
  { title: 'Water the plants', priority: 'high', due_date: '2026-11-20' },
  {
    title: 'Send the report of October to the auditors',
    description: 'The one with the corrected prices.',
    due_date: '2026-11-26',
  },
  { title: 'Call Ada', due_date: '2027-01-12' },
  { title: 'Order paper', priority: 'low' },
];
