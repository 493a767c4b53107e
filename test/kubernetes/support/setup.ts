/** One cluster for all files of the suite. It is down when the suite is, however that ends. */
import { execFileSync, spawnSync } from 'node:child_process';

const lab = 'scripts/kubernetes-lab/lab.sh';

export function setup(): () => void {
  if (spawnSync(lab, ['status']).status === 0) return () => undefined;
  process.env['HEADGATE_KUBERNETES_LAB'] ??= `/var/tmp/headgate-kubernetes-${process.pid}`;
  execFileSync(lab, ['up', '--while', `${process.pid}`], { stdio: 'inherit' });
  return () => void execFileSync(lab, ['down'], { stdio: 'inherit' });
}
