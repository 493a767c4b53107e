/** `components`, `use`, `environments` and manifest references. */
import type { ChildDecl, EnvironmentDecl, ManifestRef, Text } from '../../ir/manifest.ts';
import { isPlainReference } from '../urls.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, fieldsOf, objectOf, optionalText, present, textOf, wrongType } from './cursor.ts';
import { decodeItems, decodeNamed } from './entries.ts';

export const childrenOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly ChildDecl[] =>
  decodeNamed(ctx, cursor, (item): ChildDecl | undefined => {
    const { name, nameRange, node } = item;
    const range = node.range;
    if (node.kind !== 'object' || !node.entries.some((e) => e.key === 'manifest')) {
      const ref = refOf(ctx, item);
      return ref && { name, nameRange, range, ref, refRange: ref.url.range, objectForm: false };
    }
    const fields = fieldsOf(ctx, item, { known: ['manifest', 'config', 'environment'] });
    const ref = refOf(ctx, fields?.get('manifest'));
    const config = objectOf(ctx, present(fields?.get('config')));
    const configKeyRange = fields?.key('config');
    const environment = optionalText(ctx, fields?.get('environment'));
    if (!ref) return undefined;
    return {
      name,
      nameRange,
      range,
      ref,
      refRange: ref.url.range,
      objectForm: true,
      ...(config ? { config } : {}),
      ...(config && configKeyRange ? { configKeyRange } : {}),
      ...(environment ? { environment } : {}),
    };
  });

const besideManifest = {
  config: 'write `{manifest: {url: …}, config: …}`',
  environment: 'write `{manifest: {url: …}, environment: …}`',
};

/** `"./a.yaml"` or `{url, digest}`. */
export function refOf(ctx: DecodeContext, cursor: Cursor | undefined): ManifestRef | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind === 'string') {
    const url = urlOf(ctx, cursor);
    return url && { url };
  }
  if (cursor.node.kind !== 'object')
    return wrongType(ctx, cursor, 'a string, `{url, digest}` or `{manifest, config, environment}`');
  const fields = fieldsOf(ctx, cursor, { known: ['url', 'digest'], required: ['url'], alienHelp: besideManifest });
  const url = urlOf(ctx, fields?.get('url'));
  const pin = present(fields?.get('digest'));
  const digest = digestOf(ctx, pin);
  // What it names is not to be loaded without its pin.
  if (pin && !digest) return undefined;
  return url && { url, ...(digest ? { digest } : {}) };
}

function urlOf(ctx: DecodeContext, cursor: Cursor | undefined): Text | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor) return undefined;
  if (isPlainReference(text.value) || (text.value !== '' && URL.canParse(text.value, 'file:///base/'))) return text;
  ctx.report(
    'invalid-value',
    text.range,
    cursor.path,
    `invalid manifest reference \`${text.value}\``,
    'use a path relative to this file, or an absolute URL',
  );
  return undefined;
}

function digestOf(ctx: DecodeContext, cursor: Cursor | undefined): Text | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor) return undefined;
  const encoded = /^sha256:([A-Za-z0-9+/]{43}=)$/.exec(text.value)?.[1];
  if (encoded !== undefined && Buffer.from(encoded, 'base64').length === 32) return text;
  ctx.report(
    'invalid-value',
    text.range,
    cursor.path,
    'invalid digest',
    'a digest is `sha256:` and 44 characters of base64',
  );
  return undefined;
}

export const environmentsOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly EnvironmentDecl[] =>
  decodeNamed(ctx, cursor, (item): EnvironmentDecl | undefined => {
    const { name, nameRange } = item;
    const fields = fieldsOf(ctx, item, { known: ['extends', 'resolvers'] });
    const base = optionalText(ctx, fields?.get('extends'));
    const resolvers = decodeItems(ctx, fields?.get('resolvers'), (r) => textOf(ctx, r));
    return fields && { name, nameRange, range: item.node.range, resolvers, ...(base ? { extends: base } : {}) };
  });
