/** File mounts of a lowered program: config written to a file that the program reads. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { LoweredMount } from '../../ir/graph.ts';
import { renderScalar, shownRef, valueAt } from '../config/text.ts';
import { hasConfig, hasSlot, itemsOf } from './render-guards.ts';
import { type RenderScope, renderConfig, renderItem, renderSlot } from './render-text.ts';

export interface RenderedFile {
  /** Absolute, as the program sees it. */
  readonly path: string;
  readonly content: string;
}

export function renderMounts(mounts: readonly LoweredMount[], scope: RenderScope): readonly RenderedFile[] {
  const files = new Map<string, RenderedFile>();
  for (const [index, mount] of mounts.entries()) {
    const where = `program.mounts[${index}]`;
    for (const file of renderMount(mount, scope, where)) {
      if (files.has(file.path)) scope.problems.push(`\`${where}\`: \`${file.path}\` is mounted twice`);
      files.set(file.path, file);
    }
  }
  return [...files.values()];
}

function renderMount(mount: LoweredMount, scope: RenderScope, where: string): readonly RenderedFile[] {
  if (mount['kind'] !== 'file') {
    scope.problems.push(
      `\`${where}\` mounts a ${String(mount['kind'])}, and only config can be mounted as a file here`,
    );
    return [];
  }
  if (isObject(mount['when']) && !holds(mount['when'], scope)) return [];
  const each = mount['each'];
  const items = isObject(each)
    ? itemsOf(each['kind'] === 'slot' ? 'slots' : 'config', String(each['slot'] ?? each['path'] ?? ''), scope, where)
    : [undefined];
  return items.flatMap((item) => renderFile(mount, item === undefined ? scope : { ...scope, item }, where));
}

const holds = (when: JsonObject, scope: RenderScope): boolean =>
  when['kind'] === 'slot' ? hasSlot(String(when['query'] ?? ''), scope) : hasConfig(String(when['path'] ?? ''), scope);

function renderFile(mount: LoweredMount, scope: RenderScope, where: string): readonly RenderedFile[] {
  const source = mount['source'];
  const path = renderParts(mount['path'], scope, `${where}.path`);
  const from = isObject(source) ? renderParts(source['path'], scope, `${where}.from`) : undefined;
  if (path === undefined || from === undefined) return [];
  if (!path.startsWith('/') || path.endsWith('/') || path.includes('\0') || path.split('/').includes('..')) {
    scope.problems.push(`\`${where}.path\`: \`${path}\` is not an absolute path of a file`);
    return [];
  }
  const value = valueAt(scope.config, from);
  if (value === undefined) {
    scope.problems.push(`\`${where}.from\`: ${shownRef(from)} has no value`);
    return [];
  }
  return [{ path, content: renderScalar(value) ?? '' }];
}

/** Literals, and references to config, slots and the element of `each`, one after the other. */
function renderParts(parts: JsonValue | undefined, scope: RenderScope, where: string): string | undefined {
  if (typeof parts === 'string') return parts;
  if (!Array.isArray(parts)) return undefined;
  const texts = (parts as readonly JsonValue[]).map((part) =>
    isObject(part) ? renderPart(part, scope, where) : undefined,
  );
  return texts.includes(undefined) ? undefined : texts.join('');
}

function renderPart(part: JsonObject, scope: RenderScope, where: string): string | undefined {
  const literal = part['lit'];
  if (typeof literal === 'string') return literal;
  if (typeof part['config'] === 'string') return renderConfig(part['config'], scope, where);
  const item = part['item'];
  if (typeof item === 'string') {
    const slot = part['slot'];
    if (typeof slot !== 'string') return renderItem(item, scope, where);
    const url = own(scope.slots, slot)?.[Number(part['index'])];
    return renderItem(item, url === undefined ? scope : { ...scope, item: { url } }, where);
  }
  if (typeof part['slot'] === 'string') return renderSlot(part['slot'], scope, where);
  scope.problems.push(`\`${where}\` has a part that is neither text nor a reference`);
  return undefined;
}
