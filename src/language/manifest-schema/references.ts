/** `components`, `use`, `environments` and what refers to manifests. */
import { closed, doc, listOf, matching, named, orNull, ref, type Schema, snippet, without } from './build.ts';
import * as P from './patterns.ts';

const url: Schema = {
  type: 'string',
  minLength: 1,
  ...doc('Path of a manifest, relative to this file, or a URL.', 'url: ./web.yaml'),
};

const digest: Schema = {
  ...orNull({ type: 'string' }),
  ...matching(P.digest, 'A digest is `sha256:` and 44 characters of base64.'),
  ...doc('The manifest is refused unless its content has this digest.'),
};

export const manifestRef: Schema = {
  type: ['string', 'object'],
  minLength: 1,
  ...doc('Path of a manifest, relative to this file, or a URL; or `{url, digest}`.'),
  properties: { url, digest },
  required: ['url'],
  additionalProperties: false,
};

export const child: Schema = {
  type: ['string', 'object'],
  minLength: 1,
  ...doc('A path or URL of a manifest, `{url, digest}`, or `{manifest, config, environment}`.'),
  properties: {
    manifest: ref('manifestRef', doc('The manifest: a path, a URL, or `{url, digest}`.', 'manifest: ./web.yaml')),
    config: orNull({
      type: 'object',
      ...doc(
        'Config of this child. References in it are the config of this manifest; a value that is one `${config.KEY}` alone keeps its type.',
        'config: { title: "${config.title}" }',
      ),
    }),
    environment: orNull({
      type: 'string',
      ...doc('Environment of this manifest in which the reference is looked up.'),
    }),
    url,
    digest,
  },
  additionalProperties: false,
  if: { required: ['manifest'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: without(['url', 'digest'], '`manifest` is there already: write manifest: {url, digest}.'),
  else: {
    required: ['url'],
    allOf: [without(['config', 'environment'], 'Goes with `manifest`: write {manifest, config, environment}.')],
  },
  defaultSnippets: [
    snippet('path', '${1:./name.yaml}'),
    snippet('with config', { manifest: '${1:./name.yaml}', config: { '${2:key}': '${3:value}' } }),
  ],
};

export const components: Schema = named(ref('child'), {
  ...doc('The children of this component, by name.', 'components:\n  web: ./web.yaml'),
  defaultSnippets: [snippet('component', { '${1:name}': '${2:./name.yaml}' })],
});

export const use: Schema = named(ref('child'), {
  ...doc(
    'Manifests of policies, by name. They are no part of the scenario; `policies` says which are asked. Needs `manifest_version` 0.4.0 or the feature `governance`.',
    'use:\n  audit: ./audit/manifest.yaml',
  ),
  defaultSnippets: [snippet('policy', { '${1:name}': '${2:./policy/manifest.yaml}' })],
});

export const environments: Schema = named(
  closed(
    {
      extends: orNull({ type: 'string', ...doc('The environment that this one adds to.') }),
      resolvers: listOf({ type: 'string' }, doc('Names of resolvers, asked after those of `extends`.')),
    },
    doc('A set of places in which references are looked up.'),
  ),
  doc('Sets of places in which references are looked up, by name.'),
);
