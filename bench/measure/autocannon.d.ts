/** The used part of autocannon's programmatic interface; the package has no types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    /** Each connection sends them one after the other. */
    requests: { method: string; path: string; headers: Record<string, string>; body?: string }[];
    connections: number;
    /** Seconds. */
    duration: number;
  }

  interface Result {
    statusCodeStats: Record<string, { count: number }>;
    errors: number;
    /** Seconds. */
    duration: number;
  }

  interface Instance extends PromiseLike<Result> {
    /** `ms` has fractions. */
    on(event: 'response', listener: (client: unknown, status: number, bytes: number, ms: number) => void): void;
  }

  export default function autocannon(options: Options): Instance;
}
