import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import type { SyntaxNode } from '../../../ir/syntax.ts';
import { leaves } from '../../../language/schema/leaves.ts';
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
      const place = { at: at(parent.manifest.file, found.node.range), label: 'written out here' };
      sink.report(D.secretLiteral({ path }, place));
    }
  }
}

const isWrittenOut = (node: SyntaxNode): boolean =>
  node.kind === 'string'
    ? node.value !== '' && !node.value.includes('${')
    : node.kind === 'number' || node.kind === 'array';
