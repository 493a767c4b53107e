/** Names in a Compose project: readable, at most 63 characters, and of one moniker the same whatever else is in the plan. */
import { digestOf } from '../../../../base/digest.ts';
import { withDigest } from '../containers/with-digest.ts';

/** Services that are no component. */
export const gateName = 'gate';
export const egressName = 'egress';
/** Networks that are no component's: of the gate alone, between gate and way out, and of the way out alone. */
export const outsideNetwork = 'outside';
export const egressNetwork = 'egress';
export const internetNetwork = 'internet';
const taken: ReadonlySet<string> = new Set([gateName, egressName, outsideNetwork, internetNetwork, 'root', 'default']);

const longest = 63;
const options = { longest, letters: 'a-z0-9_' };

/** `/` → `root`, `/a/b` → `a.b`. What cannot be read back from such a name has a part of its digest behind it. */
export function serviceName(moniker: string): string {
  if (moniker === '/') return 'root';
  const plain = moniker.slice(1).replaceAll('/', '.');
  const isPlain = /^(?:[a-z0-9_][a-z0-9_-]*)(?:\/[a-z0-9_][a-z0-9_-]*)*$/.test(moniker.slice(1));
  return isPlain && plain.length <= longest && !taken.has(plain) ? plain : withDigest(plain, moniker, options);
}

/** `/a.resources.db` → `a.db`. */
export function volumeName(id: string): string {
  const [, owner = '', resource = ''] = /^\/(.*)\.resources\.([^.]*)$/.exec(id) ?? [];
  const plain = owner === '' ? resource : `${owner.replaceAll('/', '.')}.${resource}`;
  return /^[a-z0-9_][a-z0-9_.-]*$/.test(plain) && plain.length <= longest && !/\./.test(owner) && owner !== 'root'
    ? plain
    : withDigest(plain, id, options);
}

/** Of 24 bits of the digest, for a place that stays the same when others come and go. */
export function numberOf(text: string): number {
  const bytes = atob(digestOf(text).slice('sha256:'.length));
  return [...bytes.slice(0, 3)].reduce((sum, one) => sum * 256 + one.charCodeAt(0), 0);
}
