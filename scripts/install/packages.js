// Plain JavaScript: this runs before anything is installed.

/**
 * Says in one sentence why this Node cannot run the project; undefined when it can. Nest 12 needs require(esm), which Node has
 * without a flag since 20.19, 22.12 and 23.
 * @param {string} version as in `process.versions.node`
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
  return fits ? undefined : `Node 20.19 or newer is needed (for Node 22: 22.12 or newer), and this is ${version}.`;
}

/**
 * Whether `node_modules` differs from the lock file. Compares versions, not dates, because a checkout changes dates.
 * Optional packages may be missing, because they are for other platforms.
 * @param {string | undefined} lock contents of package-lock.json
 * @param {string | undefined} installed contents of node_modules/.package-lock.json, which npm writes at the end of an install
 */
export function packagesAreStale(lock, installed) {
  if (installed === undefined) return true;
  if (lock === undefined) return false;
  const there = JSON.parse(installed).packages ?? {};
  return Object.entries(JSON.parse(lock).packages ?? {}).some(([path, wanted]) => {
    if (path === '' || wanted.link) return false;
    const found = there[path];
    if (found === undefined) return !wanted.optional && !wanted.devOptional && !wanted.peer;
    return found.version !== wanted.version;
  });
}
