/**
 * Names of objects: readable, labels of DNS, of one thing the same whatever else is in the plan, and never those of two things of a kind. What
 * could be read as another thing has a part of a digest behind it.
 */
import { withDigest } from '../containers/with-digest.ts';

/** The name of a Job has nine more characters, and the whole is the value of a label. */
const longest = 54;
const form = { longest, letters: 'a-z0-9' };
/** Of a Service, and of the policies of its edge. */
const longForm = { longest: 63, letters: 'a-z0-9' };

/** Pods that are no component. */
export const canaryName = 'canary';
export const canaryClient = `${canaryName}-client`;
export const egressName = 'egress';
export const outsideName = 'outside';
const taken: ReadonlySet<string> = new Set(['root', canaryName, canaryClient, egressName, outsideName, 'export']);

/** A digest ends like this, and only that. */
const endsLikeDigest = (name: string): boolean => /(?:^|-)[0-9a-f]{8}$/.test(name);
/** What a name of the international kind begins with. */
const isReserved = (name: string): boolean => name.startsWith('xn--');

/** `/` → `root`, `/a/b` → `a--b`. */
export function componentName(moniker: string): string {
  if (moniker === '/') return 'root';
  const path = moniker.slice(1);
  const plain = path.replaceAll('/', '--');
  const isPlain = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\/[a-z0-9]+(?:-[a-z0-9]+)*)*$/.test(path);
  return isPlain && plain.length <= longest && !taken.has(plain) && !endsLikeDigest(plain) && !isReserved(plain)
    ? plain
    : withDigest(path, moniker, form);
}

/** Of the Service behind a slot: `/a/b.data` → `a--b-data`; of a further edge of a `multiple` slot `a--b-data-1`. */
export function edgeName(moniker: string, slot: string, index: number): string {
  const owner = componentName(moniker);
  const plain = `${owner}-${slot}${index === 0 ? '' : `-${index}`}`;
  // A dash stands nowhere else then.
  const isPlain = /^(?:[a-z0-9]|--)+$/.test(owner) && /^[a-z][a-z0-9]*$/.test(slot);
  return isPlain && plain.length <= 55 && !endsLikeDigest(plain)
    ? plain
    : withDigest(`${moniker.slice(1)}-${slot}`, `${moniker}.${slot}#${index}`, longForm);
}

export const exportName = (name: string): string =>
  /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) && name.length <= 55 && !endsLikeDigest(`export-${name}`)
    ? `export-${name}`
    : withDigest(`export-${name}`, `exports.${name}`, longForm);

/** `/a/b.resources.data` → `a--b-data`. */
export function claimName(id: string): string {
  const [, owner = '/', resource = ''] = /^(.*)\.resources\.([^.]*)$/.exec(id) ?? [];
  const name = componentName(owner === '' ? '/' : owner);
  const plain = `${name}-${resource}`;
  const isPlain = /^(?:[a-z0-9]|--)+$/.test(name) && /^[a-z0-9]+$/.test(resource);
  return isPlain && plain.length <= 63 && !endsLikeDigest(plain)
    ? plain
    : withDigest(id.slice(1).replace('.resources.', '-'), id, longForm);
}

/** Of the Secret with one value of the root config; a task has one of its own, whose name does not change with its content. */
export function secretName(path: string, isTask: boolean): string {
  const prefix = isTask ? 'task-secret-' : 'secret-';
  const name = `${prefix}${path}`;
  return /^[a-z0-9]+$/.test(path) && name.length <= 63 && !endsLikeDigest(name)
    ? name
    : withDigest(name, `${prefix}${path}`, longForm);
}

export const configName = (isTask: boolean): string => (isTask ? 'task-config' : 'config');
