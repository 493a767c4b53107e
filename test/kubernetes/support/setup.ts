/** One cluster for all files of the suite. It is down when the suite is, however that ends. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

const lab = 'scripts/kubernetes-lab/lab.sh';

export function setup(): () => void {
  if (spawnSync(lab, ['status']).status === 0) return () => undefined;
  // One for each checkout: what is kept of it is its logs, until the next run.
  const checkout = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 8);
  process.env['HEADGATE_KUBERNETES_LAB'] ??= `/var/tmp/headgate-kubernetes-${checkout}`;
  execFileSync(lab, ['up', '--while', `${process.pid}`], { stdio: 'inherit' });
  return () => void execFileSync(lab, ['down'], { stdio: 'inherit' });
}
