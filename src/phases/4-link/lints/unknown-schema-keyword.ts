import { isObject, type JsonValue } from '../../../base/json.ts';
import { suggest } from '../../../base/suggest.ts';
import * as D from '../../../diagnostics/catalogue/lint.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { schemaKeywords } from '../../../language/manifest-schema/config-schema.ts';
import { definitions, subschemas } from '../../../language/schema/expand.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import { objectToJson } from '../../../language/syntax/to-json.ts';
import type { Lint } from './lint.ts';

/** JSON Schema passes over keywords that it does not know, so `secert: true` hides nothing and says nothing. */
export const unknownSchemaKeyword: Lint = {
  emits: [D.unknownSchemaKeyword],
  run({ manifest: { configSchema }, at }, report) {
    if (!configSchema) return;
    const open: { readonly schema: JsonValue; readonly pointer: readonly (string | number)[] }[] = [
      { schema: objectToJson(configSchema), pointer: [] },
    ];
    for (let next = open.pop(); next; next = open.pop()) {
      const { schema, pointer } = next;
      if (!isObject(schema)) continue;
      open.push(...subschemas({ schema, pointer }), ...definitions({ schema, pointer }));
      for (const keyword of Object.keys(schema)) {
        if (schemaKeywords.has(keyword) || keyword.startsWith('x-')) continue;
        const { keyRange, node } = follow(configSchema, [...pointer, keyword]);
        const near = meant(keyword);
        const free = near !== undefined && !Object.hasOwn(schema, near);
        const place = at(keyRange ?? node.range);
        const fixes = guessText(place, free ? near : undefined);
        report(D.unknownSchemaKeyword({ keyword, near }, { at: place, label: 'no such keyword', fixes }));
      }
    }
  },
};

/** Words from elsewhere that mean a keyword. */
const others: Readonly<Record<string, string>> = { sensitive: 'secret', confidential: 'secret', private: 'secret' };

const meant = (keyword: string): string | undefined =>
  Object.hasOwn(others, keyword) ? others[keyword] : suggest(keyword, schemaKeywords);
