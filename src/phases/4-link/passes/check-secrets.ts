import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import type { SyntaxNode } from '../../../ir/syntax.ts';
import { leaves } from '../../../language/schema/leaves.ts';
import { isReference } from '../../../language/secrets/reference.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import type { Instance } from '../instance.ts';

/**
 * A secret that is written out in a manifest ends up in plans and requests, since it is part of the manifest. Only references
 * keep it out. O(components × secret leaves).
 */
export function checkSecrets(instances: readonly Instance[], sink: Sink): void {
  const secrets = new Map<Manifest, readonly string[]>();
  for (const instance of instances) {
    const config = instance.node.decl?.config;
    const { index, manifest, parent } = instance;
    if (!config || !parent || index.schema === null || !instance.configOk) continue;
    const known = secrets.get(manifest) ?? leaves(index.schema).flatMap((leaf) => (leaf.secret ? [leaf.path] : []));
    secrets.set(manifest, known);
    for (const path of known) {
      const found = follow(config, path.split('.'));
      if (!found.found || !isWrittenOut(found.node)) continue;
      const place = {
        at: at(parent.manifest.file, found.node.range),
        label: 'written out here',
        conceals: [found.node.range],
      };
      sink.report(D.secretLiteral({ path }, place));
    }
  }
}

/** A reference to a vault is not what it stands for. */
const isWrittenOut = (node: SyntaxNode): boolean => {
  if (node.kind === 'string') return node.value !== '' && !node.value.includes('${') && !isReference(node.value);
  if (node.kind === 'array') return node.items.length === 0 || !node.items.every(isReferenceNode);
  return node.kind === 'number';
};

const isReferenceNode = (node: SyntaxNode): boolean => node.kind === 'string' && isReference(node.value);
