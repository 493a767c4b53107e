/** Images of what is on this machine. All are the same files, and perhaps a folder on top. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, ran } from './cluster.ts';

export interface Images {
  /** By a name as a pod has it. `on` comes on top, at a place in the image. */
  readonly make: (name: string, on?: { readonly folder: string; readonly at: string }) => void;
}

const config = JSON.stringify({ Env: ['PATH=/usr/bin:/bin'], User: '65534:65534', WorkingDir: '/' });

/** As a cluster completes it. */
const whole = (name: string): string =>
  /^[^/]+[.:][^/]*\//.test(name) ? name : `docker.io/${name.includes('/') ? '' : 'library/'}${name}`;

/** `folder` is for what is made on the way. */
export function imagesIn(cluster: Cluster, folder: string): Images {
  const base = join(folder, 'programs');
  ran('test/kubernetes/support/image.sh', [base]);
  let count = 0;
  const make: Images['make'] = (name, on) => {
    count++;
    const layers = [base];
    if (on) {
      const layer = join(folder, `layer-${count}`);
      mkdirSync(join(layer, on.at), { recursive: true });
      cpSync(on.folder, join(layer, on.at), { recursive: true });
      layers.push(layer);
    }
    const tar = join(folder, `image-${count}.tar`);
    ran('node', ['scripts/kubernetes-lab/oci-image.mjs', whole(name), tar, config, ...layers]);
    cluster.importImage(tar);
  };
  return { make };
}
