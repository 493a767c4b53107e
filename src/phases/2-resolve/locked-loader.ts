import { digestOf } from '../../base/digest.ts';
import type { OpenLock } from '../../ir/lock.ts';
import { recordingName } from '../../language/lock/format.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';

/** Takes from the lock what would come from the network, and everything else from where it is. */
export function createLockedLoader(loader: Loader, lock: OpenLock): Loader {
  const remotes = new Map(lock.remotes.map((remote) => [remote.url, remote]));
  return {
    async load(url, limits) {
      if (!/^https?:/i.test(url)) return loader.load(url, limits);
      const remote = remotes.get(url);
      if (!remote) return failed('it is on the network, and the lock has no copy of it');
      const content = lock.recordings.get(recordingName(remote.digest, 'manifest'));
      if (content === undefined) return failed('the copy that was recorded of it is not there');
      if (digestOf(content) !== remote.digest) return failed('the copy that was recorded of it has been changed');
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return { ok: true, value: { url: remote.loaded, bytes, format: remote.format } };
    },
  };
}

const failed = (message: string): LoadResult => ({
  ok: false,
  failure: {
    kind: 'network',
    message,
    help: 'record again, which fetches it: `headgate policy record SCENARIO`',
  },
});
