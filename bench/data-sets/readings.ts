import { ChunkWriter, Words } from './chunk-writer.js';
import type { DataSet, DataSetColumn } from './data-set.js';
import { Random } from './random.js';

/** Data set B, a long narrow file: 5 columns, about 49 bytes per row, without quotes. Comma, LF, ASCII. */
const columns: DataSetColumn[] = [
  { name: 'reading_id', key: 'reading_id', type: 'integer', about: 'unique, ascending from 1 by 1' },
  { name: 'sensor', key: 'sensor', type: 'text', about: '1,000 sensors, sn-00000 to sn-00999' },
  { name: 'measured_at', key: 'measured_at', type: 'datetime', about: 'UTC, a reading every second from 2024-01-01' },
  { name: 'reading', key: 'reading', type: 'number', about: 'uniform from -500.000 to 499.999, empty in 2%' },
  { name: 'state', key: 'state', type: 'text', about: 'ok, 10% warn, 1 in 500,009 fault' },
];

const FIRST_DAY = Date.UTC(2024, 0, 1);
const SECONDS_A_DAY = 86_400;
const FAULT_EVERY = 500_009;
const SENSORS = 1000;

const sensorPrefix = new Words(['sn-']);
const states = new Words(['ok', 'warn', 'fault']);

const COMMA = 0x2c;
const LF = 0x0a;
const DOT = 0x2e;
const DASH = 0x2d;
const COLON = 0x3a;

const dayWords = (day: number) =>
  new Words([new Date(FIRST_DAY + day * SECONDS_A_DAY * 1000).toISOString().slice(0, 11)]);

export const readings: DataSet = {
  columns,
  rows: 10_000_000,
  probes: {
    rareEqual: { filters: { state: 'fault' }, share: 1 / FAULT_EVERY },
    thousandthEqual: { filters: { sensor: 'sn-00042' }, share: 1 / SENSORS },
    tenthEqual: { filters: { state: 'warn' }, share: 0.1 },
    anyOf: { filters: { sensor: ['sn-00001', 'sn-00500', 'sn-00999'] }, share: 3 / SENSORS },
    narrowRange: { filters: { reading: { gte: 100, lt: 105 } }, share: 0.98 * 0.005 },
    wideRange: { filters: { reading: { gte: -250, lt: 250 } }, share: 0.98 * 0.5 },
    containsCommon: { filters: { sensor: { contains: 'sn-000' } }, share: 0.1 },
    searchRare: { search: 'fault', share: 1 / FAULT_EVERY },
    searchNone: { search: 'ytterbium', share: 0 },
  },
  sorts: { text: 'sensor', number: 'reading' },
  *chunks(rows, seed) {
    const out = new ChunkWriter();
    const random = new Random(seed);
    out.word(new Words([`${columns.map((column) => column.name).join(',')}\n`]), 0);
    let day = dayWords(0);
    for (let ordinal = 1; ordinal <= rows; ordinal++) {
      const second = (ordinal - 1) % SECONDS_A_DAY;
      if (second === 0) day = dayWords((ordinal - 1) / SECONDS_A_DAY);

      out.integer(ordinal);
      out.byte(COMMA);

      out.word(sensorPrefix, 0);
      out.digits(random.below(SENSORS), 5);
      out.byte(COMMA);

      out.word(day, 0);
      out.digits(Math.floor(second / 3600), 2);
      out.byte(COLON);
      out.digits(Math.floor(second / 60) % 60, 2);
      out.byte(COLON);
      out.digits(second % 60, 2);
      out.byte(0x5a); // Z
      out.byte(COMMA);

      if (!random.oneIn(50)) {
        const thousandths = random.below(1_000_000) - 500_000;
        if (thousandths < 0) out.byte(DASH);
        out.integer(Math.floor(Math.abs(thousandths) / 1000));
        out.byte(DOT);
        out.digits(Math.abs(thousandths) % 1000, 3);
      }
      out.byte(COMMA);

      const warn = random.oneIn(10);
      out.word(states, ordinal % FAULT_EVERY === 750 ? 2 : warn ? 1 : 0);
      out.byte(LF);
      if (out.full) yield out.take();
    }
    yield out.take();
  },
};
