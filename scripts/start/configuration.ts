import { type Config, ConfigError, loadConfigFromProcess } from '@app/config';
import { Refusal } from '../processes/refusal.js';

/** The configuration of `npm start`: the environment, and `.env` in the working directory. @throws Refusal that lists all faults */
export function configuration(): Config {
  try {
    return loadConfigFromProcess();
  } catch (error) {
    throw error instanceof ConfigError ? new Refusal(error.message) : error;
  }
}
