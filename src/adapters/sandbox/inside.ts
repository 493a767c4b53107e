/** Fixed places inside a sandbox, and of node outside of it. */
import { dirname } from 'node:path';

export const inside = {
  folder: '/run/headgate',
  home: '/run/headgate/home',
  links: '/run/headgate/bin',
  /** What is the agent's alone; the program finds an empty folder. */
  agentFolder: '/run/headgate/agent',
  agent: '/run/headgate/agent/agent.cjs',
  edges: '/run/headgate/agent/edges',
  /** The kernel mounts a new /proc only where a whole one is to be seen already, and root's bubblewrap covers parts. */
  proc: '/run/headgate/agent/proc',
} as const;

export const folderOfNode = (): string => dirname(process.execPath);
