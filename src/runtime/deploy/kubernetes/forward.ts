/** An export of a cluster at a port of the loopback of this machine, for as long as somebody holds it. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A forward that broke off is made again after this time. */
const againMs = 500;

export interface Forward {
  /** It listens; false when it ended before. */
  readonly open: Promise<boolean>;
  readonly close: () => void;
}

export function forward(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Forward {
  let isClosed = false;
  let child: ReturnType<typeof spawn> | undefined;
  let opened: (is: boolean) => void = () => {};
  const open = new Promise<boolean>((done) => {
    opened = done;
  });
  const once = (): Promise<void> =>
    new Promise((done) => {
      const one = spawn('kubectl', args, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'ignore'] });
      child = one;
      one.stdout.on('data', (text: Buffer) => {
        if (String(text).startsWith('Forwarding from')) opened(true);
      });
      one.on('error', () => done());
      one.on('close', () => done());
    });
  void (async () => {
    // Pods come and go, and each forward holds to one.
    while (!isClosed) {
      await once();
      if (!isClosed) await sleep(againMs);
    }
    opened(false);
  })();
  return {
    open,
    close: () => {
      isClosed = true;
      child?.kill('SIGTERM');
    },
  };
}
