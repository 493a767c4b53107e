/**
 * The folder of a run that never was, in memory and made by hand: what whoever can write to a folder, and has no key, can make. Whatever a
 * test changes, the rest is made to fit it, up to the statement.
 */
import { createHash } from 'node:crypto';
import { digestOf } from '../../../src/base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import { hashOf, rootHash } from '../../../src/language/journal/entry.ts';
import { envelopeText, preAuthentication } from '../../../src/plan/attest/dsse.ts';
import { hexOf, payloadType } from '../../../src/plan/attest/statement.ts';
import { readFolder } from '../../../src/plan/verify/read.ts';
import { runStatement } from '../../../src/plan/verify/statement.ts';
import type { FolderFile, FolderReader } from '../../../src/ports/folder-reader.ts';

export type Files = Map<string, Buffer>;

export const runId = '20300102-030405-678a';

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function memoryReader(files: Files, more: readonly FolderFile[] = []): FolderReader {
  const get = (name: string): Buffer | { readonly fault: string } => files.get(name) ?? { fault: 'is not there' };
  return {
    name: runId,
    list: () =>
      [...[...files].map(([name, { length }]): FolderFile => ({ name, kind: 'file', bytes: length })), ...more].sort(
        (a, b) => (a.name < b.name ? -1 : 1),
      ),
    read: (name, most) => {
      const found = get(name);
      return 'fault' in found || found.length <= most ? found : { fault: 'is too large' };
    },
    digest: (name) => {
      const found = get(name);
      return 'fault' in found ? found : { sha256: hex(found), bytes: found.length };
    },
  };
}

/** What an entry says; the rest is made. */
export interface Said {
  readonly type: string;
  readonly action?: { readonly type: string; readonly target: string | null } | null;
  readonly attempt?: number | null;
  readonly data: JsonObject;
}

export interface Forged {
  readonly plan?: (plan: JsonObject) => JsonObject;
  /** What the journal says, given digests of evidence by name. */
  readonly said?: (said: readonly Said[], put: (name: string) => string) => readonly Said[];
  /** Of the evidence: `program`, `sandbox`, `environment`, `probed`. */
  readonly evidence?: (name: string, value: JsonObject) => JsonValue;
  readonly statement?: (statement: JsonObject) => JsonObject;
  readonly files?: (files: Files) => void;
  readonly key?: {
    readonly keyid: string;
    readonly publicPem: string;
    readonly sign: (message: Uint8Array) => Uint8Array;
  };
}

const program = (name: string): JsonObject => ({ path: `./${name}.sh`, args: [] });

/** Two components with programs of their own: `/task` is a task, and `/web` restarts. */
function basePlan(): JsonObject {
  const sources = ['task', 'web'].map((name) => ({
    name: `${name}.sh`,
    digest: digestOf(`program ${name}`),
    kind: 'program',
  }));
  const component = (name: string): JsonObject => ({
    moniker: `/${name}`,
    digest: digestOf(name),
    manifest: name,
    origin: { kind: 'manifest', source: name, pointer: '' },
    program: { ...program(name), env: {}, mounts: [], network: { endpoints: [] } },
    config: {},
    configSchema: null,
    slots: {},
    provides: {},
    resources: {},
    childTemplates: null,
    metadata: null,
  });
  return {
    schema: 'headgate.plan',
    version: 1,
    scenario: { root: 'scenario', digest: digestOf('scenario'), languageVersions: ['0.4.0'] },
    sources,
    components: [component('task'), component('web')],
    edges: [],
    exports: [],
    externals: [],
    config: { schema: null, leaves: [] },
    storage: [],
    policies: [],
    runtime: { components: { '/task': { restart: 'never' } } },
  };
}

export const goodSandbox: JsonObject = {
  apart: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'],
  interfaces: ['lo'],
  capabilities: '0',
  noNewPrivileges: true,
  seccomp: true,
  writableMounts: ['/tmp'],
  processes: 2,
  writable: [],
  limits: { memory: 'enforced', processes: 'enforced' },
};

export const sealedPlan = (content: JsonObject): DeploymentPlan =>
  ({ ...content, planDigest: digestOf(canonicalJson(content)) }) as unknown as DeploymentPlan;

/** A run that is COMPLETE, unless what was given makes it another. */
export function forgeRun(forged: Forged = {}): Files {
  const files: Files = new Map();
  const plan = sealedPlan((forged.plan ?? ((one) => one))(basePlan()));
  const options = `${canonicalJson({ sourceFolder: '/srv', externals: {}, exportPorts: {} })}\n`;
  files.set('plan.json', Buffer.from(`${canonicalJson(plan as unknown as JsonValue)}\n`));
  files.set('options.json', Buffer.from(options));
  files.set('logs/web.log', Buffer.from('2030-01-02T03:04:05.678Z stdout hello\n'));
  files.set('ends/task.1.json', Buffer.from('{"code":0,"signal":null}\n'));
  const put = (name: string, value: JsonObject): string => {
    const bytes = Buffer.from(`${canonicalJson(forged.evidence?.(name, value) ?? value)}\n`);
    files.set(`evidence/${hex(bytes)}`, bytes);
    return `sha256:${hex(bytes)}`;
  };
  const sandbox = put('sandbox', goodSandbox);
  const environment = put('environment', { place: 'local' });
  const executed = (name: string): string =>
    put(`program /${name}`, { path: `./${name}.sh`, digest: digestOf(`program ${name}`) });
  const probed = put('probed', {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'plan', digest: { sha256: hexOf(plan.planDigest) } },
      { name: 'environment', digest: { sha256: environment.slice(7) } },
    ],
    predicateType: 'https://headgate.dev/evidence/v1',
    predicate: { probeKind: 'env.probe', passed: true, outcome: 'completed', summary: 'all there', signed: false },
  });
  const of = (type: string, target: string | null = null): Pick<Said, 'action' | 'attempt'> => ({
    action: { type, target },
    attempt: 1,
  });
  const said: readonly Said[] = [
    { type: 'start', data: { plan: plan.planDigest, options: digestOf(options), resumed: false, redo: [] } },
    { type: 'intent', ...of('env.probe'), data: {} },
    { type: 'outcome', ...of('env.probe'), data: { state: 'succeeded', environment, evidence: probed } },
    { type: 'intent', ...of('task.run', '/task'), data: {} },
    {
      type: 'progress',
      ...of('task.run', '/task'),
      data: { event: 'started', pid: 7, sandbox, program: executed('task') },
    },
    { type: 'intent', ...of('process.start', '/web'), data: {} },
    {
      type: 'outcome',
      ...of('process.start', '/web'),
      data: { state: 'succeeded', pid: 8, sandbox, program: executed('web') },
    },
    { type: 'progress', data: { event: 'ready', exports: {} } },
    { type: 'outcome', ...of('task.run', '/task'), data: { state: 'succeeded', exit: 'it ended' } },
    { type: 'outcome', ...of('process.start', '/web'), data: { state: 'succeeded', exit: 'it ended' } },
    { type: 'gate', data: { state: 'COMPLETE', basis: 'no_probes_declared' } },
  ];
  const more = (name: string): string => put(name, { ...statementOn(plan) });
  files.set('journal.ndjson', journalOf((forged.said ?? ((one) => one))(said, more)));
  forged.files?.(files);
  sealFolder(files, forged);
  return files;
}

const statementOn = (plan: DeploymentPlan): JsonObject => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'plan', digest: { sha256: hexOf(plan.planDigest) } }],
  predicateType: 'https://headgate.dev/evidence/v1',
  predicate: {},
});

export function journalOf(said: readonly Said[]): Buffer {
  let prev = rootHash(runId);
  const lines = said.map(({ type, action = null, attempt = null, data }, seq) => {
    const id = action === null ? null : action.target === null ? action.type : `${action.type}:${action.target}`;
    const line = {
      version: 2,
      seq,
      prev,
      at: '2030-01-02T03:04:05.678Z',
      type,
      action,
      actionId: id,
      attempt,
      idempotencyKey: null,
      owner: { pid: 1, startTime: '1', bootId: 'b' },
      data,
    } as unknown as JsonObject & { readonly prev: string };
    const hash = hashOf(line);
    prev = hash;
    return `${canonicalJson({ ...line, hash } as unknown as JsonValue)}\n`;
  });
  return Buffer.from(lines.join(''));
}

/** Writes the statement over what lies there, as a run does and as anybody can. */
export function sealFolder(files: Files, { key, statement: change }: Forged = {}): void {
  files.delete('verdict.dsse.json');
  const reader = memoryReader(files);
  const listed = reader.list() as readonly FolderFile[];
  const covered = listed.map(({ name }) => ({
    name,
    bytes: files.get(name)?.length ?? 0,
    sha256: hex(files.get(name) ?? Buffer.alloc(0)),
  }));
  const signer = key ? { keyid: key.keyid, publicKey: key.publicPem } : null;
  const made = runStatement(readFolder(reader, runId, listed), covered, signer);
  if (!made) throw new Error('nothing can be said of this folder');
  const payload = Buffer.from(canonicalJson((change ?? ((one) => one))(made)));
  const sig = key ? Buffer.from(key.sign(preAuthentication(payloadType, payload))).toString('base64') : '';
  const signatures = key ? [{ keyid: key.keyid, sig }] : [];
  files.set('verdict.dsse.json', Buffer.from(envelopeText({ payload, payloadType, signatures })));
}
