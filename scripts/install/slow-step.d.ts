export function slowStep<T>(what: string, work: () => Promise<T>, print: (line: string) => void): Promise<T>;
