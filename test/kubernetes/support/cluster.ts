/** The cluster of scripts/kubernetes-lab: one that is up is taken, and else one is brought up, which ends with this process. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const lab = resolve('scripts/kubernetes-lab/lab.sh');

export interface Cluster {
  readonly kubeconfig: string;
  /** A folder for the front of PATH: its `kubectl` gets into the cluster's network, which no other one does. */
  readonly bin: string;
  /** What it says on standard output. Throws with what it says on standard error when it fails. */
  readonly kubectl: (args: readonly string[], input?: string) => string;
  /** A command of this machine in the network, mounts and processes of the node. */
  readonly enter: (...command: readonly string[]) => string;
  /** An OCI layout in one tar. */
  readonly importImage: (tar: string) => void;
  /** Kills a part of the node, which comes back: `kubelet`, `kube-router`, … */
  readonly restart: (part: string) => void;
  readonly stop: () => void;
}

export function ran(
  command: string,
  args: readonly string[],
  { input = '' }: { readonly input?: string } = {},
): string {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    timeout: 300_000,
    maxBuffer: 64 << 20,
  });
  if (status === 0) return stdout;
  const why = error?.message ?? (status === null ? `ended by ${signal}` : `status ${status}`);
  throw new Error(`${command} ${args.join(' ')}: ${why}\n${stdout}${stderr}`);
}

export async function startCluster(): Promise<Cluster> {
  const mine = spawnSync(lab, ['status']).status !== 0;
  const folder = ran(lab, ['up', '--reuse', '--while', `${process.pid}`]).trim();
  const bin = join(folder, 'bin');
  return {
    kubeconfig: join(folder, 'kubeconfig'),
    bin,
    kubectl: (args, input) => ran(join(bin, 'kubectl'), args, input === undefined ? {} : { input }),
    enter: (...command) => ran(lab, ['enter', ...command]),
    importImage: (tar) => void ran(lab, ['import', tar]),
    restart: (part) => void ran(lab, ['restart', part]),
    stop: () => mine && void ran(lab, ['down']),
  };
}

/** Until it does not throw. */
export async function until(does: () => unknown, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    try {
      does();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((wait) => setTimeout(wait, 500));
  }
}
