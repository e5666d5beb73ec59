/** What is wrong with one field. The pointer is an RFC 6901 pointer as a URI fragment: `#/title`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

export interface ProblemOptions {
  /** Replaces the detail of the kind. */
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** What all problems with one code share. */
export interface ProblemKind<Ext extends object = object> {
  status: number;
  /** The same for every occurrence (RFC 9457, 3.1.3). */
  title: string;
  /** One sentence for this occurrence. */
  detail: string | ((extensions: Ext) => string);
  headers?: Record<string, string>;
}

/** An error that is sent to the client in the form of RFC 9457. Only `defineProblem` makes its classes. */
export abstract class Problem extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  abstract readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  protected constructor(
    detail: string,
    /** Members of the problem besides the standard ones. */
    readonly extensions: Record<string, unknown>,
    options: ProblemOptions,
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get detail(): string {
    return this.message;
  }
}

export interface ProblemClass<Ext extends object = object> {
  new (
    ...args: object extends Ext
      ? [extensions?: Ext, options?: ProblemOptions]
      : [extensions: Ext, options?: ProblemOptions]
  ): Problem;
  readonly code: string;
  readonly kind: ProblemKind<Ext>;
}

// biome-ignore lint/suspicious/noExplicitAny: the catalogue holds problems of every extension type
const catalogue = new Map<string, ProblemClass<any>>();

/** All problems that have been defined so far, by code. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export const problemCatalogue = (): ReadonlyMap<string, ProblemClass<any>> => catalogue;

/**
 * Defines a problem. Clients branch on `code`, so a released code never changes its meaning; title and detail may change.
 * @example
 * export const UploadTooLarge = defineProblem<{ limit_bytes: number }>('upload_too_large', {
 *   status: 413, title: 'The file is too large', detail: ({ limit_bytes }) => `A file may have ${limit_bytes} bytes.`,
 * });
 */
export function defineProblem<Ext extends object = object>(code: string, kind: ProblemKind<Ext>): ProblemClass<Ext> {
  if (catalogue.has(code)) throw new Error(`The problem ${code} is defined twice.`);
  const defined = class extends Problem {
    static readonly code = code;
    static readonly kind = kind;
    readonly code = code;
    readonly status = kind.status;
    readonly title = kind.title;

    constructor(extensions?: Ext, options: ProblemOptions = {}) {
      const facts = extensions ?? ({} as Ext);
      super(
        options.detail ?? (typeof kind.detail === 'function' ? kind.detail(facts) : kind.detail),
        { ...facts } as Record<string, unknown>,
        {
          ...options,
          headers: { ...kind.headers, ...options.headers },
        },
      );
      this.name = code;
    }
  };
  catalogue.set(code, defined as unknown as ProblemClass<Ext>);
  return defined as unknown as ProblemClass<Ext>;
}
