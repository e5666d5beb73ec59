import { afterAll } from 'vitest';
import { stopLeftApps } from './processes.js';

// A file of setup, which vitest evaluates for each file of tests. Other modules are evaluated once per process, and so would their hooks be.
afterAll(stopLeftApps);
