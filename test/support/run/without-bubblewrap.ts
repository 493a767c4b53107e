import { realpathSync } from 'node:fs';
import { isRoot } from './as-user.ts';

/** What to put in front of node: in namespaces of its own, a device lies over bubblewrap. */
export const withoutBubblewrap: readonly string[] = [
  ...['unshare', ...(isRoot ? [] : ['--map-root-user']), '--mount', 'sh', '-c'],
  'mount --bind /dev/null "$0" && exec "$@"',
  realpathSync('/usr/bin/bwrap'),
];
