export function nodeComplaint(version: string): string | undefined;
export function packagesAreStale(lock: string | undefined, installed: string | undefined): boolean;
