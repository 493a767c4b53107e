/**
 * What an agent's container is made of. Its image is empty, and made by the engine itself from a few bytes: the Node that runs headgate, and the
 * libraries that it has loaded, are shown to the container read-only, where they are. So nothing is fetched, nothing large is copied, and
 * the agent is of the same version as whoever talks to it.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Engine, EngineRefusal } from '../engine.ts';
import { folderTar } from '../tar.ts';

export interface AgentNode {
  /** Path inside → file of this machine. */
  readonly shown: ReadonlyMap<string, string>;
  /** In front of the script. */
  readonly command: readonly string[];
}

const folder = '/headgate';

/** Of this process. A Node that has everything in it loads nothing. */
export function agentNode(): AgentNode {
  const libraries = loaded().filter((path) => path.startsWith('/'));
  // By its name, whatever the machine: `ld-linux-x86-64.so.2`, `ld-musl-aarch64.so.1`.
  const loader = libraries.find((path) => /^ld(-|\d*\.so)/.test(basename(path)));
  const shown = new Map([[`${folder}/node`, process.execPath]]);
  for (const path of libraries) shown.set(`${folder}/lib/${basename(path)}`, path);
  const command =
    loader === undefined
      ? [`${folder}/node`]
      : [`${folder}/lib/${basename(loader)}`, '--library-path', `${folder}/lib`, `${folder}/node`];
  return { shown, command };
}

function loaded(): readonly string[] {
  const { report } = process;
  const before = (report as unknown as { excludeNetwork?: boolean }).excludeNetwork;
  // Names of hosts would be looked up.
  Object.assign(report, { excludeNetwork: true });
  try {
    return (report.getReport() as unknown as { readonly sharedObjects: readonly string[] }).sharedObjects;
  } finally {
    Object.assign(report, { excludeNetwork: before ?? false });
  }
}

const layer = folderTar(['headgate', 'proc', 'sys', 'dev', 'tmp']);
const repository = 'headgate-agent';
const tag = createHash('sha256').update(layer).digest('hex').slice(0, 12);

/** Its reference, as the engine has it; made where it is not there yet. */
export async function agentImage(engine: Engine): Promise<string> {
  const name = `${repository}:${tag}`;
  try {
    await engine.ask({ path: `/images/${name}/json` });
    return name;
  } catch (error) {
    if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
  }
  await engine.ask({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo: repository, tag, changes: 'LABEL headgate.dev/role=agent' },
    tar: layer,
  });
  return name;
}
