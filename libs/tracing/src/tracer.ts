/** Facts of a job for its span. */
interface JobFacts {
  queue: string;
  outboxId: string;
  attempt: number;
}

/** What the service itself adds to the spans that the instrumentations make. */
export interface Tracer {
  /** The place in its trace of what runs now, as W3C Trace Context writes it; undefined outside of a trace. */
  traceparent(): string | undefined;
  /** Runs a job as a span. @param parent the place of what caused it */
  job<T>(name: string, facts: JobFacts, parent: string | undefined, work: () => Promise<T>): Promise<T>;
  /** Sends what has not been sent yet. */
  end(): Promise<void>;
}

export const OFF: Tracer = {
  traceparent: () => undefined,
  job: (_name, _facts, _parent, work) => work(),
  end: async () => {},
};
