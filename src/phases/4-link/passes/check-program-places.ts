import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Template } from '../../../ir/manifest.ts';
import { literalOf, renderTemplate } from '../../../language/program/static-text.ts';
import { isFileUrl, sidecarUrl } from '../../../language/urls.ts';
import type { Confinement } from '../../../ports/confinement.ts';
import type { Instance } from '../instance.ts';

/**
 * Programs by relative path that lead out of the scenario. What is put together from root config is judged by whoever starts it, as
 * everything is once more. O(components).
 */
export function checkProgramPlaces(instances: readonly Instance[], confinement: Confinement, sink: Sink): void {
  const known = new Set<string>();
  for (const { manifest, space, id, node, configOk } of instances) {
    const { program } = manifest;
    if (program?.kind !== 'path' || isAbsolute(program.target) || !configOk || !isFileUrl(node.loaded.url)) continue;
    const rendered = renderTemplate(program.target, { space, self: id });
    const path = rendered.ok ? literalOf(rendered.parts) : undefined;
    if (path === undefined || !path.includes('/') || path.startsWith('/')) continue;
    const key = `${node.loaded.url} ${path}`;
    if (known.has(key)) continue;
    known.add(key);
    const url = sidecarUrl(path, node.loaded.url);
    const outside = url === undefined ? undefined : confinement.program(url);
    if (!outside) continue;
    const place = { at: at(manifest.file, program.target.range), label: 'this program', help: outside.help };
    sink.report(D.outsideTree({ path, what: 'the program of a component', reason: outside.message }, place));
  }
}

/** Whatever the config says. */
const isAbsolute = ({ pieces: [first] }: Template): boolean => first?.kind === 'literal' && first.text.startsWith('/');
