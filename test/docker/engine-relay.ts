/** A way to the engine of the machine that a test can take away, and give back: what it runs goes on meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/run/cli-run.ts';

export interface EngineRelay {
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly open: () => Promise<void>;
  /** As when the engine is killed: what was open breaks off, and nobody listens. */
  readonly cut: () => Promise<void>;
  /** As when it hangs: it takes connections, and answers nothing. */
  readonly mute: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Half-closed connections stay so: that is how the end of an input is told. */
const relay = `
const net = require('node:net');
net.createServer({ allowHalfOpen: true }, (client) => {
  const far = net.connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
  for (const [one, other] of [[client, far], [far, client]]) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
    one.pipe(other);
  }
}).listen(process.argv[1]);
`;

export function engineRelay(): EngineRelay {
  const folder = mkdtempSync(join(tmpdir(), 'hg-relay-'));
  const path = join(folder, 'engine');
  let process: ChildProcess | undefined;
  const cut: EngineRelay['cut'] = async () => {
    if (!process) return;
    const over = new Promise((done) => process?.once('exit', done));
    process.kill('SIGKILL');
    await over;
    process = undefined;
    rmSync(path, { force: true });
  };
  return {
    host: `unix://${path}`,
    open: async () => {
      await cut();
      process = spawn(globalThis.process.execPath, ['-e', relay, path], { stdio: ['ignore', 'inherit', 'inherit'] });
      await until(() => existsSync(path), Boolean, 120_000);
    },
    cut,
    mute: async () => {
      process?.kill('SIGSTOP');
    },
    remove: async () => {
      await cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
