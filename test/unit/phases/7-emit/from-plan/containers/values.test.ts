/** Targets of one plan have what programs say in common, and none sees what another made of it. */
import { expect, it } from 'vitest';
import { readProgram } from '../../../../../../src/phases/7-emit/from-plan/containers/values.ts';
import { wire } from '../../../../../../src/plan/wiring/wire.ts';
import { composeOf, kubernetesOf, planOf } from '../../../../../support/compose.ts';

const scenario = `
manifest_version: "0.4.0"
config_schema:
  type: object
  properties:
    title: { type: string, default: "two\\nlines" }
    word: { type: string, default: one }
    token: { type: string, secret: true }
  required: [token]
components:
  web: { manifest: ./web.yaml, config: { title: "\${config.title}", word: "\${config.word}", token: "\${config.token}" } }
  api: ./api.yaml
bindings: [{ to: "#web.data", from: "#api.data" }]
`;
const web = `
manifest_version: "0.4.0"
config_schema:
  type: object
  properties: { title: { type: string }, word: { type: string }, token: { type: string, secret: true } }
  required: [title, word, token]
slots: { data: { kind: http } }
program:
  image: acme/web:1
  entrypoint: [/web, "--data=\${slots.data.url}", "--title=\${config.title}"]
  env: { WORD: "a \${config.word}", TOKEN: "\${config.token}", DATA: "\${slots.data.url}", NONE: "" }
`;
const api = `
manifest_version: "0.4.0"
program: { image: acme/api:1, entrypoint: [/api], network: { endpoints: [{ name: http, port: 9000 }] } }
provides: { data: { kind: http, endpoint: http } }
exports: { data: provides.data }
`;
const plan = await planOf(new Map(Object.entries({ 'scenario.yaml': scenario, 'web.yaml': web, 'api.yaml': api })));
const anew = (): typeof plan => structuredClone(plan);

it('writes the same alone, and behind another target', () => {
  const alone = [composeOf(anew()), kubernetesOf(anew())];
  const one = anew();
  expect([composeOf(one), kubernetesOf(one)]).toEqual(alone);
  const other = anew();
  expect([kubernetesOf(other), composeOf(other)].reverse()).toEqual(alone);
  // They do differ in what they leave open: no line of a file holds two.
  expect(alone[0]?.files.get('compose.yaml')).toContain('${HEADGATE_CONFIG_TITLE:?');
  expect(alone[1]?.files.get('deployments.yaml')).toContain('--title=two\\nlines');
});

it('puts in the addresses of whoever asks', () => {
  const wiring = wire(anew(), { externals: [] });
  if ('problems' in wiring) throw new Error('problems');
  const component = wiring.components.find(({ moniker }) => moniker === '/web');
  if (!component) throw new Error('no component');
  const seen = ['here:1', 'there:2', 'here:1'].map((address) => {
    const read = readProgram(component, () => address);
    return 'kind' in read ? [] : read.parts.env.find(([name]) => name === 'DATA')?.[1];
  });
  expect(seen).toEqual(['here:1', 'there:2', 'here:1'].map((address) => ['http://', { address }]));
});
