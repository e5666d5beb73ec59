// With `node --import`: prints the address of each ES module that the process loads.
import { register } from 'node:module';

const hooks = `export async function load(url, context, next) {
  process._rawDebug('loaded ' + url);
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
