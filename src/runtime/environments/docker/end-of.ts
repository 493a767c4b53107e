/** How a container ended, as the end of its component. */
import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import type { ContainerEnd } from '../../../adapters/docker/container.ts';
import { limitExceeded } from '../../../adapters/sandbox/end.ts';
import type { SandboxLimits } from '../../../adapters/sandbox/limits.ts';
import type { End } from '../../../ports/environment.ts';

export function endOf(end: ContainerEnd, moniker: string, limits: SandboxLimits): End {
  switch (end.reason) {
    case 'exited':
      return { code: end.code, signal: end.signal };
    case 'memory': {
      // The kernel tells that there was no more, and not how much was asked for.
      const over = limitExceeded({ what: 'memory', value: limits.totalBytes }, limits);
      return { code: null, signal: null, fault: 'message' in over ? over.message : 'memory', ran: true };
    }
    case 'fault':
      return { code: null, signal: null, fault: end.message, ran: end.ran };
    case 'unreachable':
      return {
        code: null,
        signal: null,
        fault: end.message,
        unreachable: true,
        refused: {
          gate: 'docker_unavailable',
          subject: moniker,
          reasons: [end.message],
          remedy:
            'see that the engine runs: `docker info`; then `headgate resume` ends what is left there, and goes on',
        },
      };
    case 'differs': {
      const rows = end.differs.map(({ what, asked, found }) => `${what}: asked for ${asked}, found ${found}`);
      return {
        code: null,
        signal: null,
        fault: `its container is not the one that was asked for (${rows.join('; ')})`,
        ran: end.ran,
        refused: {
          gate: 'sandbox_differs',
          subject: moniker,
          reasons: rows,
          remedy: 'look at the settings of the engine: it does not hold its containers to what is asked of it',
        },
      };
    }
  }
}

/** Before anything of the container is removed: whoever is killed after that finds it here. */
export function keepEnd(path: string, end: ContainerEnd): void {
  if (end.reason !== 'exited') return;
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
    try {
      writeSync(fd, `${JSON.stringify({ code: end.code, signal: end.signal })}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // As if headgate had been killed before; then nothing is known.
  }
}
