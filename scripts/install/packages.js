// Plain JavaScript: this runs before anything is installed.

/**
 * Why this Node cannot run the project, in one sentence, or undefined when it can. Nest 12 is ESM and loads CommonJS
 * packages, and they it, by require(esm), which came unflagged with 20.19, 22.12 and 23.
 * @param {string} version as in `process.versions.node`
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
  return fits ? undefined : `Node 20.19 or newer is needed (22.12 or newer of the 22s), and this is ${version}.`;
}

/**
 * Whether `node_modules` holds what the lock file asks for. Versions are compared, not dates: a checkout touches dates.
 * Optional packages may be missing, they are for other platforms.
 * @param {string | undefined} lock contents of package-lock.json
 * @param {string | undefined} installed contents of node_modules/.package-lock.json, which npm writes when it is through
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
