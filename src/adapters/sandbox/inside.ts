/** Fixed places inside a sandbox, and of node outside of it. */
import { dirname, join } from 'node:path';

export const inside = {
  folder: '/run/headgate',
  home: '/run/headgate/home',
  links: '/run/headgate/bin',
  /** Files that links in /etc lead to: one mount for all of them, and each mount takes its time. */
  etc: '/run/headgate/etc',
  stdin: '/run/headgate/stdin',
  /** What is replaced while a program runs. */
  live: '/run/headgate/live',
  /** What is the agent's alone; the program finds an empty folder. */
  agentFolder: '/run/headgate/agent',
  agent: '/run/headgate/agent/agent.cjs',
  edges: '/run/headgate/agent/edges',
} as const;

/**
 * Arguments of bubblewrap for the first sandbox. The kernel mounts a new /proc only where a whole one is to be seen already, and
 * bubblewrap covers parts of its own when root calls it.
 */
export const wholeProc = (): readonly string[] =>
  process.getuid?.() === 0 ? ['--bind', '/proc', join(inside.agentFolder, 'proc')] : [];

export const folderOfNode = (): string => dirname(process.execPath);
