/** One start of a program in its sandbox. */
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import type { Bubblewrap } from '../../../adapters/sandbox/bubblewrap.ts';
import { type Held, meter } from '../../../adapters/sandbox/folder-meter.ts';
import type { LiveFiles } from '../../../adapters/sandbox/live-files.ts';
import { type Sandbox, startSandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Started } from '../../../ports/environment.ts';
import type { LocalComponent } from './component.ts';
import { endOf, withoutSecrets } from './end-of.ts';
import { startedWith } from './given.ts';
import { withLiveFiles } from './live.ts';
import type { ComponentLog } from './logs.ts';
import type { ProfilePlace } from './profile-place.ts';
import { selfChecked } from './self-checked.ts';
import { behindMeter, limitOf, spentBy } from './spent.ts';
import { type LaidStorage, overText, storageMeasured } from './storage.ts';
import type { Ways } from './ways.ts';

export interface Start {
  readonly component: LocalComponent;
  readonly files?: LiveFiles;
  readonly tree: ScenarioTree;
  readonly ways: Ways;
  /** Null on the host. */
  readonly bubblewrap: Bubblewrap | null;
  readonly log: ComponentLog;
  /** Why something could not be started may quote what it was started with. */
  readonly redact: (text: string) => string;
  readonly exitRecord: string | undefined;
  readonly storage: LaidStorage;
  readonly held: Held;
  readonly onLaunch: (sandbox: Sandbox) => void;
  readonly profile: ProfilePlace;
}

export async function start(one: Start): Promise<Started> {
  const { component, files, tree, ways, bubblewrap, log, redact, exitRecord, storage, held, profile, onLaunch } = one;
  const { moniker } = component;
  const given = startedWith(component, ways, storage, profile);
  const sandbox = startSandbox({
    ...(files ? withLiveFiles(given, files) : given),
    limits: behindMeter(given.limits, component),
    workplace: ways.workplace(),
    bubblewrap,
    argv: component.argv,
    cwd: component.cwd,
    tree,
    provides: [
      ...component.provides.flatMap(({ edge, port }) => {
        const socket = ways.provided(edge);
        return socket ? [{ socket, port }] : [];
      }),
      ...component.probedPorts.map((port) => ({ socket: ways.probed(moniker, port), port })),
    ],
    ...(exitRecord === undefined ? {} : { exitRecord }),
    ...(profile.selfCheck ? { selfCheck: profile.selfCheck } : {}),
    readyPorts: component.ports,
    onStdout: (chunk) => log.write('stdout', chunk),
    onStderr: (chunk) => log.write('stderr', chunk),
  });
  let tell: (why: string) => void = () => {};
  const exceeded = new Promise<string>((done) => {
    tell = done;
  });
  const metered = meter(storage.metered, held, {
    onOver: (over) => tell(overText(over)),
    nameless: ({ mount }) => sandbox.namelessBelow(mount.target),
  });
  const started: Started = {
    ready: sandbox.ready,
    exceeded,
    measured: (bubblewrap ? sandbox.measured : Promise.resolve(unboxed)).then((measured) => ({
      ...measured,
      ...storageMeasured(storage),
      ...profile.measured,
    })),
    ...(profile.selfCheck ? { checked: selfChecked(profile.selfCheck) } : {}),
    ended: sandbox.ended.then(async (end) => {
      // Whatever the program left running ends with it.
      await sandbox.stop();
      files?.close();
      profile.selfCheck?.close();
      const over = await metered.end();
      return over
        ? { code: null, signal: null, fault: overText(over), ran: true, ...limitOf(over, component.budget) }
        : withoutSecrets(endOf(end, moniker), redact);
    }),
    ...(bubblewrap ? { spent: spentBy(sandbox, component, storage, profile) } : {}),
    ports: sandbox.ports,
    pid: sandbox.pid,
    terminate: (graceMs) => sandbox.terminate(graceMs),
  };
  onLaunch(sandbox);
  await sandbox.launched;
  return started;
}

/** What is said of a program that runs on the host: nothing of it was measured, and nothing keeps it apart. */
const unboxed: JsonObject = { sandbox: 'none' };
