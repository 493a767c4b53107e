/** A JSON Schema that a body has to fit, as its author wrote it. */
import type { AnySchemaObject, ErrorObject, Options, ValidateFunction } from 'ajv';
import { isObject, type JsonValue } from '../../base/json.ts';
import type { Output } from '../../ports/execution.ts';

export type BodySchema =
  | { readonly faultOf: (body: Output) => string | undefined }
  /** It cannot be judged by. */
  | { readonly fault: string };

export async function readSchema(name: string, bytes: Uint8Array | undefined): Promise<BodySchema> {
  if (!bytes) return { fault: `the schema ${name} is not what it was when the plan was made` };
  let schema: JsonValue;
  try {
    schema = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch (error) {
    return { fault: `the schema ${name} is not JSON: ${(error as Error).message}` };
  }
  if (!isObject(schema) && typeof schema !== 'boolean')
    return { fault: `the schema ${name} is not a JSON Schema: it is neither an object nor true or false` };
  try {
    const fits = await compiled(schema as AnySchemaObject | boolean);
    return { faultOf: (body) => misfit(fits, body) };
  } catch (error) {
    return { fault: `the schema ${name} is not a JSON Schema: ${(error as Error).message}` };
  }
}

/** What comes beside a keyword that nobody knows counts all the same, as the standard has it. */
const options: Options = { strict: false, allErrors: true };

/** Of the draft that it names; of 2020-12 unless it does. Throws for what is none, and for a reference that leads elsewhere. */
async function compiled(schema: AnySchemaObject | boolean): Promise<ValidateFunction> {
  const draft = typeof schema === 'object' ? String(schema['$schema'] ?? '') : '';
  // CommonJS, which a bundle shows by its default export alone.
  const { default: formats } = await import('ajv-formats');
  const ajv = /draft-0[67]/.test(draft)
    ? new (await import('ajv')).default.Ajv(options)
    : /2019-09/.test(draft)
      ? new (await import('ajv/dist/2019.js')).default.Ajv2019(options)
      : new (await import('ajv/dist/2020.js')).default.Ajv2020(options);
  formats.default(ajv as never);
  return ajv.compile(schema);
}

function misfit(fits: ValidateFunction, { bytes, dropped }: Output): string | undefined {
  if (dropped > 0) return `its body has ${bytes.length + dropped} bytes, too many to judge by a schema`;
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return 'its body is not JSON';
  }
  if (fits(body)) return undefined;
  const [first, ...more] = fits.errors ?? [];
  return `its body does not fit its schema: ${first ? words(first) : 'somewhere'}${more.length > 0 ? `, and ${more.length} more` : ''}`;
}

const words = ({ instancePath, message = 'it does not fit' }: ErrorObject): string =>
  `\`${instancePath || '/'}\` ${message}`;
