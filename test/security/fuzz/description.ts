import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema
export type Schema = Record<string, any>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
}

export interface Operation {
  id: string;
  method: string;
  /** With `{id}`. */
  path: string;
  parameters: Parameter[];
  /** Of the JSON body, if it has one. */
  body: Schema | undefined;
  takesFile: boolean;
  isPublic: boolean;
  /** Of each status the schemas of its bodies by media type. No media type: no body. */
  answers: Map<number, Map<string, ValidateFunction | null>>;
}

interface Document {
  paths: Record<string, Record<string, Schema>>;
  components: { schemas: Record<string, Schema> };
}

/** What the OpenAPI document says, in a form to send requests by and to judge answers by. */
export class Description {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false, allowUnionTypes: true });
  readonly operations: Operation[];

  constructor(private readonly document: Document) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(document, 'api');
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => this.operation(path, method, operation)),
    );
  }

  /** The schema itself, or the one that it refers to. */
  resolve(schema: Schema): Schema {
    const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
    return name === undefined ? schema : this.resolve(this.document.components.schemas[name]!);
  }

  private operation(path: string, method: string, operation: Schema): Operation {
    const contents: Record<string, { schema: Schema }> = operation.requestBody?.content ?? {};
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      body: contents['application/json']?.schema,
      takesFile: 'multipart/form-data' in contents,
      isPublic: (operation.security ?? []).length === 0,
      answers: new Map(
        Object.entries(operation.responses as Record<string, Schema>).map(([status, answer]) => [
          Number(status),
          this.bodies(answer.content ?? {}, [path, method, 'responses', status, 'content']),
        ]),
      ),
    };
  }

  private bodies(content: Record<string, { schema?: Schema }>, place: string[]) {
    const pointer = (steps: string[]) =>
      steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    return new Map(
      Object.entries(content).map(([type, { schema }]) => {
        const isJson = /[/+]json$/.test(type);
        const steps = pointer(['paths', ...place, type, 'schema']);
        return [type, isJson && schema ? this.ajv.compile({ $ref: `api#/${encodeURI(steps)}` }) : null];
      }),
    );
  }
}
