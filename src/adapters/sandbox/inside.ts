/** Fixed places inside a sandbox, and of node outside of it. */
import { dirname } from 'node:path';

export const inside = {
  folder: '/run/headgate',
  agent: '/run/headgate/agent.cjs',
  home: '/run/headgate/home',
  links: '/run/headgate/bin',
  edges: '/run/headgate/edges',
} as const;

export const folderOfNode = (): string => dirname(process.execPath);
