import 'reflect-metadata';
import { runAdmin } from './run-admin.js';

runAdmin(process.argv.slice(2), { out: console.log, err: console.error }).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
