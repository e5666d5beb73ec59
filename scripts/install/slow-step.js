// Plain JavaScript: this runs before anything is installed.

const EVERY_MS = 20_000;

/**
 * Does something that takes long, and says so: what it is at the beginning, and every 20 s that it goes on.
 * @template T
 * @param {string} what ends without a full stop
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} print
 * @returns {Promise<T>}
 */
export async function slowStep(what, work, print) {
  print(`${what} …`);
  const begun = Date.now();
  const timer = setInterval(
    () => print(`  … still going on, for ${Math.round((Date.now() - begun) / 1000)} s`),
    EVERY_MS,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
