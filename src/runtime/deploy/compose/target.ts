/** A project of Compose on a Docker engine, for one run. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atomicWrite } from '../../../adapters/files/atomic-write.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { quotedInEnv } from '../../../plan/wiring/env-file.ts';
import { exportVariable } from '../../../plan/wiring/variable-name.ts';
import type { Applied, Observed, Target } from '../../../ports/target.ts';
import { type Called, type Caller, lastWords, listen } from '../call.ts';
import { imagesIn, missingImages } from './missing-images.ts';
import { type Container, containerOfLife, containersTold } from './observe.ts';
import { withoutOwnWords } from './own-words.ts';
import { freePorts, takenPorts } from './ports.ts';
import { type Files, type Kept, placesOf, projectName, secretFiles, type Values, variablesOf } from './project.ts';
import { freePrefix, ownBlocks } from './subnet.ts';
import { findTools, type Tools } from './tools.ts';

export interface ComposeOptions {
  readonly runId: string;
  readonly plan: DeploymentPlan;
  /** Of the run, for the files of the project. */
  readonly folder: string;
  readonly files: Files;
  readonly kept: readonly Kept[];
  readonly root: JsonObject;
  readonly externals: Readonly<Record<string, string>>;
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly sourceFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly call: Caller;
}

/** For an engine to answer; and, for many containers, to end and to remove them. */
const patienceMs = 30_000;
const removingMs = (all: readonly string[]): number => 120_000 + all.length * 2_000;
/** Networks of others may be made in the same moment. */
const mostTries = 4;

export function createComposeTarget(options: ComposeOptions): Target {
  const { runId, plan, folder, files, kept, env, call } = options;
  const name = projectName(runId);
  const ofProject = `label=com.docker.compose.project=${name}`;
  let tools: Tools | undefined;
  let ports: Readonly<Record<string, number>> = {};
  let containers: readonly Container[] = [];

  const docker = (args: readonly string[], more = 0): Promise<Called> =>
    call('docker', args, { env, timeoutMs: patienceMs + more });
  const compose = (args: readonly string[], variables: Readonly<Record<string, string>>, signal?: AbortSignal) => {
    const [file = 'docker-compose', ...before] = tools?.compose ?? [];
    const project = ['--project-directory', folder, '-f', join(folder, 'compose.yaml'), '-p', name];
    return call(file, [...before, ...project, ...args], {
      env: { ...env, ...variables },
      cwd: folder,
      ...(signal ? { signal } : {}),
    });
  };

  const inspect = async (): Promise<readonly Container[] | string> => {
    const listed = await docker(['ps', '-a', '-q', '--no-trunc', '--filter', ofProject]);
    if (listed.code !== 0) return lastWords(listed.stderr, 1);
    const ids = listed.stdout.split('\n').filter((id) => id !== '');
    if (ids.length === 0) return [];
    const inspected = await docker(['inspect', '--type', 'container', ...ids]);
    return containersTold(inspected) ?? lastWords(inspected.stderr, 1);
  };

  const observe = async (): Promise<Observed> => {
    const found = await inspect();
    if (typeof found === 'string') return { fault: found };
    containers = found;
    return { seen: new Map(found.flatMap((one) => (one.moniker === undefined ? [] : [[one.moniker, one] as const]))) };
  };

  /** Names of containers are Docker's; whoever reads knows monikers. */
  const worded = (text: string): string => {
    const services = new Map(
      containers.flatMap((one) => (one.moniker === undefined ? [] : [[one.service, one.moniker]])),
    );
    const told = text.replaceAll(
      new RegExp(`${name}[-_](\\S+?)[-_]\\d+`, 'g'),
      (all, service: string) => services.get(service) ?? (service === '' ? all : service),
    );
    return containers.reduce((all, { id, moniker, service }) => all.replaceAll(id, moniker ?? service), told);
  };

  const writeFiles = (values: Values): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      atomicWrite(join(folder, path), text);
      // Read by programs of other users; nobody gets into the folder of the run from outside.
      chmodSync(join(folder, path), 0o644);
    }
    atomicWrite(
      join(folder, '.env'),
      placesOf(values)
        .map(([key, value]) => `${key}=${inEnv(value)}\n`)
        .join(''),
    );
    const secrets = secretFiles(files, plan, values.root);
    mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 });
    for (const [path, text] of secrets) {
      writeFileSync(join(folder, path), text, { mode: 0o600 });
      chmodSync(join(folder, path), 0o444);
    }
  };

  const removeSecrets = (): void => rmSync(join(folder, 'secrets'), { recursive: true, force: true });

  const storageInUse = async (): Promise<readonly Blocked[]> => {
    const users = await Promise.all(
      kept.map(async (one) => {
        const format = '{{.Label "com.docker.compose.project"}}';
        const said = await docker(['ps', '--filter', `volume=${one.name}`, '--format', format]);
        return { one, other: said.stdout.split('\n').find((project) => project !== '' && project !== name) };
      }),
    );
    return users.flatMap(({ one, other }) => (other === undefined ? [] : [inUse(one, other)]));
  };

  /** What was chosen once counts for the whole run: what runs has it. */
  const chosen = (): { readonly prefix?: string; readonly ports: Readonly<Record<string, number>> } => {
    const path = join(folder, '.env');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    const read = (key: string): string | undefined =>
      lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
    const prefix = read('HEADGATE_SUBNET');
    const known = plan.exports.flatMap(({ name: one }) => {
      const port = Number(read(exportVariable(one)) ?? Number.NaN);
      return Number.isInteger(port) ? [[one, port] as const] : [];
    });
    return { ...(prefix === undefined ? {} : { prefix }), ports: Object.fromEntries(known) };
  };

  const takenBlocks = async (): Promise<readonly string[]> => {
    const listed = await docker(['network', 'ls', '-q']);
    const ids = listed.stdout.split('\n').filter((id) => id !== '');
    const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}';
    const said = ids.length === 0 ? '' : (await docker(['network', 'inspect', '--format', format, ...ids])).stdout;
    return [...said.split(/\s+/), ...ownBlocks()];
  };

  const apply: Target['apply'] = async (without, _, signal): Promise<Applied> => {
    const found = await observe();
    if ('fault' in found) return { fault: found.fault };
    const busy = await storageInUse();
    if (busy.length > 0) return { blocked: busy };
    const before = chosen();
    const isThere = containers.length > 0;
    const taken = isThere ? [] : await takenPorts(options.exportPorts);
    if (taken.length > 0) return { blocked: taken };
    ports = {
      ...(await freePorts(
        plan.exports.map((one) => one.name),
        options.exportPorts,
      )),
      ...(isThere ? before.ports : {}),
    };
    for (const { name: volume, moniker } of kept) {
      const made = await docker(['volume', 'create', '--label', `headgate.dev/moniker=${moniker}`, volume]);
      if (made.code !== 0) return { fault: lastWords(made.stderr, 1) };
    }
    // What has ended is to begin anew, and not to go on with what it left in itself.
    const ended = containers
      .filter((one) => one.state === 'ended' && !without.has(one.moniker ?? ''))
      .map(({ id }) => id);
    if (ended.length > 0) await docker(['rm', '-f', ...ended], removingMs(ended));
    const left = new Set(containers.filter(({ id }) => !ended.includes(id)).map(({ service }) => service));
    for (let tried = 0; ; tried++) {
      const given = env['HEADGATE_SUBNET'] ?? (isThere ? before.prefix : undefined);
      const prefix = given ?? freePrefix(await takenBlocks(), tried * 7 + (tried === 0 ? 0 : process.pid % 20));
      if (prefix === undefined) return { fault: 'no addresses are free: every 10.130 to 10.249 is used by a network' };
      const values = { ...options, prefix, exportPorts: ports };
      writeFiles(values);
      if (isThere && servicesOf(files).every((service) => left.has(service))) return { applied: true };
      const some = without.size === 0 && !isThere ? [] : ['--no-recreate', '--no-deps', ...startable(without)];
      const done = await compose(['up', '-d', '--no-color', ...some], variablesOf(plan, values), signal);
      if (done.code === 0) return { applied: true };
      if (signal.aborted) return { fault: 'it was interrupted' };
      await observe();
      if (given !== undefined || tried + 1 >= mostTries || !/overlap/i.test(done.stderr))
        return { fault: await whyNotUp(done, { ...env, ...variablesOf(plan, values) }) };
      await compose(['down', '-t', '1'], variablesOf(plan, values));
    }
  };

  const whyNotUp = async (done: Called, variables: Readonly<Record<string, string | undefined>>): Promise<string> => {
    const missing = await missingImages(imagesIn(files, variables), docker);
    return [...(missing === undefined ? [] : [missing]), worded(causeIn(done))].join(': ');
  };

  const startable = (without: ReadonlySet<string>): readonly string[] => {
    const over = new Set(containers.filter(({ moniker }) => without.has(moniker ?? '')).map(({ service }) => service));
    return servicesOf(files).filter((service) => !over.has(service));
  };

  const stop = async (graceMs: number): Promise<string | undefined> => {
    if (!tools) return undefined;
    const seconds = String(Math.ceil(graceMs / 1000));
    const found = await inspect();
    if (typeof found === 'string') return found;
    const running = found.filter(({ state }) => state !== 'ended').map(({ id }) => id);
    if (running.length > 0)
      await docker(
        graceMs === 0 ? ['kill', ...running] : ['stop', '-t', seconds, ...running],
        graceMs + removingMs(running),
      );
    const rest = await inspect();
    if (typeof rest === 'string') return rest;
    if (rest.length > 0) {
      const left = rest.map(({ id }) => id);
      const removed = await docker(['rm', '-f', ...left], removingMs(left));
      const again = await inspect();
      if (typeof again === 'string' || again.length > 0) return lastWords(removed.stderr, 1);
    }
    for (const [kind, args] of [
      ['network', []],
      // Memory; what is kept has another name, and is of no project.
      ['volume', ['-f']],
    ] as const) {
      const listed = await docker([kind, 'ls', '-q', '--filter', ofProject]);
      const ids = listed.stdout.split('\n').filter((id) => id !== '');
      if (ids.length > 0) {
        const removed = await docker([kind, 'rm', ...args, ...ids], removingMs(ids));
        if (removed.code !== 0 && !/no such|not found/i.test(removed.stderr)) return lastWords(removed.stderr, 1);
      }
    }
    removeSecrets();
    return undefined;
  };

  return {
    name: 'compose',
    probe: async () => {
      const found = await findTools(call, env);
      if ('tools' in found) tools = found.tools;
      return found.probed;
    },
    apply,
    observe,
    // A container that was started again says everything once more.
    repeats: true,
    follow: async (life, since, hear, signal) => {
      const from = since === undefined ? [] : ['--since', since];
      const args = ['logs', '--follow', ...from, containerOfLife(life)];
      const own = withoutOwnWords(hear);
      const code = await listen('docker', args, { env, signal }, own.hear);
      await own.end(code);
      return code === 0;
    },
    exports: async () =>
      Object.fromEntries(
        plan.exports.flatMap(({ name: one, protocol }) =>
          ports[one] === undefined ? [] : [[one, `${protocol}://127.0.0.1:${ports[one]}`]],
        ),
      ),
    stop,
    close: async () => {},
  };
}

const servicesOf = (files: Files): readonly string[] =>
  [...(files.get('compose.yaml') ?? '').matchAll(/^services:\n((?: .*\n|\n)*)/gm)].flatMap(([, body = '']) =>
    [...body.matchAll(/^ {2}(\S.*):$/gm)].map(([, key = '']) => (key.startsWith('"') ? String(JSON.parse(key)) : key)),
  );

const inEnv = (value: string): string => (/^[\w./-]*$/.test(value) ? value : quotedInEnv(value));

/** Of all that Compose says, what went wrong. */
const causeIn = ({ stderr, stdout, code }: Called): string => {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) =>
      /error|cannot|unhealthy|missing|denied|no such|not found|invalid|failed|conflict|in use|already/i.test(line),
    );
  return lastWords(lines.join('\n') || stderr) || `Compose ended with status ${code ?? 'unknown'}`;
};

const inUse = ({ name, moniker }: Kept, project: string): Blocked => ({
  gate: 'storage_in_use',
  subject: moniker,
  reasons: [`the project ${project} has its volume ${name}, and two cannot use it at once`],
  remedy: project.startsWith('headgate-')
    ? `\`headgate stop ${project.slice('headgate-'.length)}\` ends that run`
    : 'end that project first',
});
