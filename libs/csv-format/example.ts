// Prints how a CSV file is written, and its records: node scripts/run.mjs libs/csv-format/example.ts file.csv
import { createReadStream } from 'node:fs';
import { detectFile, readRecords } from './src/index.js';

const path = process.argv[2]!;
const { dialect, width } = await detectFile(createReadStream(path));
console.log(JSON.stringify(dialect));
for await (const record of readRecords(createReadStream(path), dialect, width)) {
  console.log(JSON.stringify(record));
}
