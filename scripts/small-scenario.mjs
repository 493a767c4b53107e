// The smallest scenario that has everything: what the bench measures, and what the build is tried with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes files into a folder and answers the path of the root manifest. */
export function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return join(folder, Object.keys(files)[0]);
}

export const json = (value) => JSON.stringify(value, null, 1);

export const server = (slots) => ({
  manifest_version: '0.4.0',
  program: {
    path: '/usr/bin/env',
    args: ['true', ...Object.keys(slots).map((s) => ({ when: `slots.${s}`, arg: `\${slots.${s}.url}` }))],
    network: { endpoints: [{ name: 'api', port: 8080 }] },
  },
  slots,
  provides: { out: { kind: 'http', endpoint: 'api' } },
  exports: { out: 'provides.out' },
});

/** A root with two children, one bound to the other. */
export const writeSmall = (folder) =>
  write(folder, {
    'scenario.json5': json({
      manifest_version: '0.4.0',
      components: { client: './client.json5', server: './server.json5' },
      bindings: [{ to: '#client.up', from: '#server.out' }],
      exports: { out: '#client.out' },
    }),
    'client.json5': json(server({ up: { kind: 'http', optional: true } })),
    'server.json5': json(server({})),
  });
