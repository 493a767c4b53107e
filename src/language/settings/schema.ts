/** The published schema of the settings file. */
import type { JsonObject } from '../../base/json.ts';
import { levelDefinitions } from './levels.ts';
import { sections } from './sections.ts';

export const settingsSchema = (): JsonObject => ({
  $id: 'urn:headgate:schema:settings:1',
  title: 'headgate settings, version 1',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'for editors' },
    version: { const: 1, description: '1 unless given' },
    ...Object.fromEntries(Object.entries(sections).map(([name, { schema }]) => [name, schema])),
  },
  additionalProperties: false,
  $defs: levelDefinitions(),
});
