/** The schema that a manifest gives its config. */
import { type Definition, define } from '../../define.ts';

export const invalidConfigSchema: Definition<{ problem: string }> = define('check/invalid-config-schema', {
  severity: 'error',
  title: 'config_schema is outside the supported profile of JSON Schema',
  aliases: ['manifest::invalid_config_schema'],
  message: (a) => `invalid config schema: ${a.problem}`,
});
