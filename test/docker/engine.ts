/** A Docker engine for the whole suite: started where none answers, and ended again by whoever started it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setup as build } from '../support/ensure-built.ts';
import { buildComposeTwo } from './composes.ts';

/** Without an engine nothing of the suite runs, and that fails it. */
export function setup(): () => void {
  build();
  const isThere = spawnSync('docker', ['version']).status === 0;
  execFileSync('scripts/install-docker.sh', { stdio: ['ignore', 2, 'inherit'] });
  buildComposeTwo();
  return () => {
    if (!isThere) execFileSync('scripts/install-docker.sh', ['--stop'], { stdio: 'inherit' });
  };
}
