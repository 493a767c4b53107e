/** A scenario of two components, for policies that put something on `/web.data`. */
export const scenarioFiles: Readonly<Record<string, string>> = {
  'api.yaml': `manifest_version: "0.4.0"
program:
  path: /opt/acme/bin/api
  network:
    endpoints: [{ name: http, port: 9000 }]
provides:
  data: { kind: http, endpoint: http }
exports:
  data: provides.data
`,
  'web.yaml': `manifest_version: "0.4.0"
slots:
  data: { kind: http }
program:
  path: /opt/acme/bin/web
  args: ["--data=\${slots.data.url}"]
  network:
    endpoints: [{ name: http, port: 8080 }]
provides:
  site: { kind: http, endpoint: http }
exports:
  site: provides.site
`,
  'scenario.yaml': `manifest_version: "0.4.0"
config_schema: { type: object, properties: { key: { type: string, secret: true } }, required: [key] }
components:
  api: ./api.yaml
  web: ./web.yaml
bindings:
  - { to: "#web.data", from: "#api.data" }
exports:
  site: "#web.site"
use:
  audit: { manifest: ./policy/manifest.yaml, config: { terms: ["$\${config.key}"] } }
policies: ["#audit.record"]
`,
};

/** Of a policy that is started with these arguments of `/usr/bin/env`. */
export const policyManifest = (args: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
  `manifest_version: "0.4.0"
config_schema: { type: object, properties: { terms: { type: array, items: { type: string }, default: [] } } }
program:
  path: /usr/bin/env
  args: ${JSON.stringify(args)}
  env: ${JSON.stringify({ PORT: '18190', POLICY_CONFIG: '${config}', ...env })}
  network:
    endpoints: [{ name: policy, port: 18190 }]
provides:
  record: { kind: http, profile: policy, endpoint: policy }
exports:
  record: provides.record
`;

/** A module of a policy that records, and says why in these words. */
export const recorderModule = (reason: string): string => `import { definePolicy, interposer } from 'headgate/policy';
export const policy = definePolicy({
  name: 'recorder',
  decide(scope, { config }) {
    const terms = config.terms ?? [];
    const recorder = interposer({ program: { path: '/bin/recorder' }, reason: '${reason}', config: { terms } });
    return recorder.on(scope.select({ kind: 'http', side: 'inside' }));
  },
});
`;

export const serverModule = `import { servePolicy } from 'headgate/policy';
import { policy } from './policy.mjs';
await servePolicy(policy);
`;
