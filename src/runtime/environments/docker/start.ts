/** One start of a program in a container. */
import { basename } from 'node:path';
import type { AgentNode } from '../../../adapters/docker/agent/image.ts';
import { type Container, startContainer } from '../../../adapters/docker/container.ts';
import type { FoundEngine } from '../../../adapters/docker/find-engine.ts';
import { digestOfFileSync } from '../../../adapters/files/digest-of-file.ts';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { meter } from '../../../adapters/sandbox/folder-meter.ts';
import { createMemoryFolder, type PrivateFolder } from '../../../adapters/sandbox/private-folder.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Started } from '../../../ports/environment.ts';
import { refusedUnfit } from '../../bindings/refused.ts';
import { otherThanPlanned } from '../../state/refusals.ts';
import type { LocalComponent } from '../local/component.ts';
import { withoutSecrets } from '../local/end-of.ts';
import type { Shared } from '../local/environment.ts';
import { exitRecordPath } from '../local/exit-record.ts';
import { startedWith } from '../local/given.ts';
import { neverStarted } from '../local/never-started.ts';
import { overText, storageMeasured } from '../local/storage.ts';
import { endOf, keepEnd } from './end-of.ts';
import { hiddenIn, limitsOf, mountFault, mountsOf, scriptOf } from './given.ts';
import type { Image } from './images.ts';
import { labelsOf } from './labels.ts';
import { agentUser, type Ids, whoRuns } from './who.ts';

export interface ContainerStart {
  readonly component: LocalComponent;
  readonly attempt: number;
  readonly secrets: ReadonlyMap<string, string>;
  readonly found: FoundEngine;
  readonly image: Image;
  readonly agent: { readonly image: string; readonly node: AgentNode; readonly script: string };
  readonly ids: Ids;
  readonly run: string;
  /** Folder for what tasks came to. */
  readonly ends: string;
  readonly shared: Shared;
  /** What its programs may be shown of the files of this machine. */
  readonly tree: ScenarioTree;
  /** Why something could not be started may quote what it was started with. */
  readonly redact: (text: string) => string;
  /** How long an engine may be away. */
  readonly patienceMs?: number;
  readonly onLaunch: (container: Container) => void;
}

export async function startInContainer(one: ContainerStart): Promise<Started> {
  const { component: known, attempt, found, image, agent, ids, run, shared, redact } = one;
  const { ways, held } = shared;
  const { moniker, planned } = known;
  const executed: JsonObject = { path: known.image ?? '', digest: image.id };
  const bound = known.bound(one.secrets);
  if ('unfit' in bound) return neverStarted(refusedUnfit(moniker, bound.unfit), executed);
  if (planned) {
    const now = digestOfFileSync(planned.path);
    if (now !== planned.digest)
      return neverStarted(otherThanPlanned(run, moniker, planned, now === undefined), executed);
  }
  const component = { ...known, ...bound };
  const storage = shared.lay(component);
  const profile = await shared.profileOf(component);
  const given = startedWith(component, ways, storage, profile);
  const who = whoRuns(image, ids, found.rootless);
  let folder: PrivateFolder;
  try {
    folder = createMemoryFolder();
  } catch {
    return neverStarted(noMemory(moniker), executed);
  }
  const mounts = mountsOf(component, given, folder.path, who, one.tree);
  const fault = mountFault(mounts, given.scratch);
  if (fault !== undefined) {
    folder.remove();
    return neverStarted(badMount(moniker, fault), executed);
  }
  const hidden = hiddenIn(known, bound, known.secretVariables ?? []);
  const isTold = hidden.argv || Object.keys(hidden.env).length > 0;
  const argv = component.argv.length > 0 ? component.argv : isTold ? image.command : [];
  const shown = Object.entries(given.env).filter(([name]) => !Object.hasOwn(hidden.env, name));
  const log = shared.logOf(moniker);
  const exitRecord = component.restart === 'never' ? exitRecordPath(one.ends, moniker, attempt) : undefined;
  const labels = labelsOf({
    run,
    moniker,
    attempt,
    owner: basename(ways.workplace().path),
    isTask: component.restart === 'never',
  });
  const container = await startContainer(
    {
      engine: found.engine,
      name: nameOf(run, moniker, attempt),
      labels,
      image: image.id,
      argv,
      env: { ...(who.user === undefined ? {} : { HOME: '/tmp' }), ...Object.fromEntries(shown) },
      ...(component.cwd === null ? {} : { cwd: component.cwd }),
      ...(given.beginsAt === undefined ? {} : { cwd: given.beginsAt }),
      ...(who.user === undefined ? {} : { user: who.user }),
      ...(who.uid === undefined ? {} : { uid: who.uid }),
      ...(isTold ? { script: scriptOf(argv, hidden.env) } : {}),
      mounts,
      memory: given.scratch,
      limits: limitsOf(given.limits, component),
      stopSignal: image.stopSignal,
      agent: { ...agent, user: agentUser(ids, found.rootless) },
      provides: [
        ...component.provides.flatMap(({ edge, port }) => {
          const socket = ways.provided(edge);
          return socket ? [{ folder: socket.folder, port }] : [];
        }),
        ...component.probedPorts.map((port) => ({ folder: ways.probed(moniker, port).folder, port })),
      ],
      slots: given.slots.map(({ name, address = null, port, socket }) => ({
        name,
        address: address === '127.0.0.1' ? null : address,
        port,
        folder: socket.folder,
      })),
      readyPorts: component.ports,
      onStdout: (chunk) => log.write('stdout', chunk),
      onStderr: (chunk) => log.write('stderr', chunk),
    },
    (end) => {
      if (exitRecord !== undefined) keepEnd(exitRecord, end);
    },
    one.patienceMs,
  );
  one.onLaunch(container);
  let tell: (why: string) => void = () => {};
  const exceeded = new Promise<string>((done) => {
    tell = done;
  });
  const metered = meter(storage.metered, held, { onOver: (over) => tell(overText(over)) });
  return {
    executed,
    ready: container.ready,
    exceeded,
    measured: container.measured.then((measured) => ({
      ...measured,
      ...storageMeasured(storage),
      ...profile.measured,
    })),
    ended: container.ended.then(async (end) => {
      folder.remove();
      const over = await metered.end();
      return over
        ? { code: null, signal: null, fault: overText(over), ran: true }
        : withoutSecrets(endOf(end, moniker, given.limits), redact);
    }),
    ports: container.ports,
    pid: container.pid(),
    terminate: container.terminate,
  };
}

/** The engine takes few characters; what tells them apart for sure are the labels. */
export const nameOf = (run: string, moniker: string, attempt: number): string => {
  const readable = moniker.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
  return `headgate-${run}${readable === '-' ? '-root' : readable}-${shortHash(moniker)}-${attempt}`;
};

function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}

const noMemory = (moniker: string): Blocked => ({
  gate: 'sandbox_unavailable',
  subject: moniker,
  reasons: ['its container is shown files, and no folder of this machine is held in memory'],
  remedy: 'mount a tmpfs at /dev/shm',
});

const badMount = (moniker: string, fault: string): Blocked => ({
  gate: 'program_incomplete',
  subject: moniker,
  reasons: [fault],
  remedy: 'mount config and storage at folders of their own, such as /etc/app/config.json and /data',
});
