/** What every path of the document is made of. */
import type { JsonObject } from '../base/json.ts';

export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
export const content = (type: string, schema: JsonObject): JsonObject => ({ [type]: { schema } });
export const json = (name: string): JsonObject => content('application/json', ref(name));
export const answer = (description: string, name: string): JsonObject => ({ description, content: json(name) });

export const faults: JsonObject = {
  '400': answer('The request is not understood.', 'Fault'),
  '405': answer('The path is there, with another method; the header `allow` names it.', 'Fault'),
  '500': answer('headgate itself is at fault.', 'Fault'),
};
