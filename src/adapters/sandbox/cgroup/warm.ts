/** The first process that is put into a group waits some 10 ms for every processor to pass by; one shortly after it does not. */
import { promises } from 'node:fs';
import { join } from 'node:path';

/** As long as a sandbox usually takes to be made. */
const rounds = 40;
const pauseMs = 2;

type Put = (file: string, text: string) => Promise<void>;
const write: Put = (file, text) => promises.writeFile(file, text, { flag: 'r+' });

/** Puts this process into `own`, the group that it is in, again and again, until it is told to stop: that changes nothing and takes the wait. */
export function keepWarm(own: string, put: Put = write): () => void {
  let left = rounds;
  const again = async (): Promise<void> => {
    if (left-- <= 0) return;
    try {
      await put(join(own, 'cgroup.procs'), String(process.pid));
      setTimeout(again, pauseMs).unref();
    } catch {
      // Then the wait comes later.
    }
  };
  void again();
  return () => {
    left = 0;
  };
}
