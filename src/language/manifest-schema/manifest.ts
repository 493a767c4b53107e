/**
 * The published schema of a manifest: what an editor can complete, explain and check in one file. Draft-07, because that is what
 * the YAML and JSON services of editors know best. It accepts exactly the manifests in which phases 1 and 3 find no fault, but for
 * what no JSON Schema can say (docs/editors.md lists it).
 */
import { closed, doc, listOf, matching, type Schema } from './build.ts';
import { provide, provides, resource, resources, slot, slots } from './capabilities.ts';
import { argument, environmentVariable } from './command.ts';
import { configNode, configSchema, plainSchema } from './config-schema.ts';
import { gates } from './gates.ts';
import * as P from './patterns.ts';
import { endpoint, mount, program } from './program.ts';
import { child, components, environments, manifestRef, use } from './references.ts';
import { childTemplates } from './templates.ts';
import { template, textOrFile } from './texts.ts';
import { binding, bindings, exports, overlays, policies } from './wiring.ts';

const manifestVersion: Schema = {
  type: 'string',
  ...matching(P.version, 'Three numbers, from "0.1.0" on and below "1.0.0".'),
  ...doc(
    'Version of the language, in quotes. Older manifests from `"0.1.0"` on are read too.',
    'manifest_version: "0.4.0"',
  ),
  default: '0.4.0',
  examples: ['0.4.0'],
};

const experimentalFeatures: Schema = listOf(
  {
    enum: ['docker', 'kvm', 'governance'],
    enumDescriptions: [
      'allows `framework.docker`',
      'allows `framework.kvm`',
      'allows `use` and `policies` before manifest_version 0.4.0',
    ],
  },
  doc('What has to be allowed by name, here and in every manifest above.', 'experimental_features: [docker]'),
);

export const manifestSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:headgate:schema:manifest:1',
  title: 'headgate manifest',
  ...closed(
    {
      manifest_version: manifestVersion,
      experimental_features: experimentalFeatures,
      program,
      config_schema: configSchema,
      slots,
      provides,
      resources,
      components,
      bindings,
      exports,
      use,
      policies,
      overlays,
      environments,
      child_templates: childTemplates,
      metadata: doc('Anything. It is no part of the digest.', 'metadata: { owner: web-team }'),
    },
    {
      ...doc(
        'Describes one component: what it runs, what it needs, what it offers, and which components are inside it.',
      ),
      required: ['manifest_version'],
      defaultSnippets: [{ label: 'manifest', body: { manifest_version: '0.4.0' } }],
    },
  ),
  allOf: gates,
  definitions: {
    argument,
    binding,
    child,
    configNode,
    endpoint,
    environmentVariable,
    manifestRef,
    mount,
    plainSchema,
    provide,
    resource,
    slot,
    template,
    textOrFile,
  },
};
