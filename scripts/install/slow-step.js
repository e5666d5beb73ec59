// Plain JavaScript: this runs before anything is installed.

const EVERY_MS = 30_000;

/** @param {number} ms */
const lasted = (ms) => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/**
 * Does something that takes long, and says so: what it is at the beginning, and every 30 s that it goes on.
 * @template T
 * @param {string} what ends without a full stop
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} print
 * @returns {Promise<T>}
 */
export async function slowStep(what, work, print) {
  print(`${what} …`);
  const begun = Date.now();
  const timer = setInterval(() => print(`  … still going on, for ${lasted(Date.now() - begun)}`), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
