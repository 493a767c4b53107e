import { describe, expect, it } from 'vitest';
import { assembleRun, type RunInputs } from '../../../../../src/runtime/environments/local/assemble.ts';
import { compileFiles, type Files } from '../../../../support/policy-scenario.ts';

const manifest = (body: string): string => `manifest_version: "0.4.0"\n${body}`;
const echo = (text: string): string => `program: { path: /bin/echo, args: ["${text}"] }\n`;
const rootOver = (body: string): string => manifest(`components: { w: ./w.yaml }\n${body}`);

/** What keeps the scenario from running, one line for each: the gate, of what, why, and what helps. */
async function blockedOf(files: Files, more: Partial<RunInputs> = {}): Promise<readonly string[]> {
  const { compiled, diagnostics } = await compileFiles(files, () => ({ interpositions: [] }));
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const inputs = { sourceFolder: '/work', env: {}, externals: {}, ...more };
  const assembled = assembleRun({ ...inputs, plan: compiled.plan });
  if (!('blocked' in assembled)) return [];
  return assembled.blocked.map(
    ({ gate, subject, reasons, remedy }) => `${gate} ${subject}: ${reasons.join('; ')} → ${remedy}`,
  );
}

describe('a framework capability', () => {
  it('that a slot is bound to is said to be what cannot run here, whether the slot is used or not', async () => {
    const bound = rootOver('bindings: [{ to: "#w.ctl", from: framework.component }]');
    const says = [
      'framework_capability /w: its slot `ctl` is bound to `framework.component`, which adds and removes components while a scenario runs, and a local run has only those of its plan → remove it, or deploy the plan to a target that offers it',
    ];
    for (const text of ['${slots.ctl.url}', 'nothing'])
      expect(
        await blockedOf({
          'scenario.yaml': bound,
          'w.yaml': manifest(`slots: { ctl: { kind: component } }\n${echo(text)}`),
        }),
      ).toEqual(says);
  });

  it('is told of each mount and each slot', async () => {
    const features = 'experimental_features: [docker, kvm]\n';
    const found = await blockedOf({
      'scenario.yaml': rootOver(`${features}bindings: [{ to: "#w.d", from: framework.docker }]`),
      'w.yaml': manifest(
        `${features}slots: { d: { kind: docker } }\nprogram: { path: /bin/true, mounts: [{ path: /d, from: framework.docker }, { path: /k, from: framework.kvm }] }`,
      ),
    });
    expect(found).toEqual([
      'framework_capability /w: it mounts `framework.docker`, which is the Docker daemon of this machine, a door that no sandbox can close; it mounts `framework.kvm`, which is a device of this machine that no sandbox is given; its slot `d` is bound to `framework.docker`, which is the Docker daemon of this machine, a door that no sandbox can close → remove them, or deploy the plan to a target that offers them',
    ]);
  });
});

describe('a slot of the root without a URL', () => {
  const w = manifest(`slots: { up: { kind: http, optional: true } }\n${echo('${slots.up.url}')}`);
  const root = rootOver(
    'slots: { ext: { kind: http, optional: true } }\nbindings: [{ to: "#w.up", from: slots.ext, weak: true }]',
  );

  it('is what a program lacks that uses a slot behind it: the slot is bound', async () => {
    expect(await blockedOf({ 'scenario.yaml': root, 'w.yaml': w })).toEqual([
      'program_incomplete /w: `program.args[0]`: `${slots.up.url}` has no value, because slot `up` leads to `slots.ext` of the root, and no URL is given for it → pass --slot ext=URL',
    ]);
    expect(await blockedOf({ 'scenario.yaml': root, 'w.yaml': w }, { externals: { ext: 'http://x.example' } })).toEqual(
      [],
    );
  });

  it('is told in the same words where the root itself uses it', async () => {
    const own = manifest(`slots: { up: { kind: http, optional: true } }\n${echo('${slots.up.url}')}`);
    expect(await blockedOf({ 'scenario.yaml': own })).toEqual([
      'program_incomplete /: `program.args[0]`: `${slots.up.url}` has no value, because slot `up` of the root gets its URL from outside, and none is given → pass --slot up=URL',
    ]);
  });

  it('is not asked for where no URL can be what is needed', async () => {
    const needs = (kind: string): Files => ({
      'scenario.yaml': rootOver(
        `slots: { ext: { kind: ${kind} } }\nbindings: [{ to: "#w.up", from: slots.ext, weak: true }]`,
      ),
      'w.yaml': manifest(`slots: { up: { kind: ${kind} } }\n${echo('x')}`),
    });
    expect(await blockedOf(needs('http'))).toEqual([
      'slot_missing slots.ext: the scenario needs it from outside, and no URL is given → pass --slot ext=URL',
    ]);
    for (const kind of ['kvm', 'storage'])
      for (const externals of [{}, { ext: 'http://x.example' }])
        expect(await blockedOf(needs(kind), { externals })).toEqual([
          `slot_unsupported slots.ext: it is of kind \`${kind}\`, and a run can be given nothing but URLs from outside → bind it inside the scenario, or deploy the plan to a target that offers it`,
        ]);
  });
});

describe('a slot that is bound to nothing', () => {
  it('is said to be that, with what helps', async () => {
    const files = {
      'scenario.yaml': rootOver(''),
      'w.yaml': manifest(`slots: { up: { kind: http, optional: true } }\n${echo('${slots.up.url}')}`),
    };
    expect(await blockedOf(files)).toEqual([
      'program_incomplete /w: `program.args[0]`: `${slots.up.url}` has no value, because slot `up` is not bound → bind slot `up`, or use it only with `when: slots.up`',
    ]);
  });
});

describe('names of --slot and --export', () => {
  const files = {
    'scenario.yaml': rootOver(
      'slots: { upstream: { kind: http }, spare: { kind: http, optional: true } }\nbindings: [{ to: "#w.up", from: slots.upstream, weak: true }]\nexports: { web: "#w.web" }',
    ),
    'w.yaml': manifest(
      'slots: { up: { kind: http } }\nprogram: { path: /bin/echo, args: ["${slots.up.url}"], network: { endpoints: [{ name: e, port: 80 }] } }\nprovides: { web: { kind: http, endpoint: e } }\nexports: { web: provides.web }',
    ),
  };
  const given = (externals: object, exportPorts: object = {}): Promise<readonly string[]> =>
    blockedOf(files, {
      externals: { upstream: 'http://x.example', ...externals },
      exportPorts: exportPorts as RunInputs['exportPorts'] & object,
    });

  it('that are misspelt are told with the nearest one', async () => {
    expect(await given({ upstraem: 'http://x.example' })).toEqual([
      'slot_unknown slots.upstraem: the root of the scenario has no such slot; it has `spare`, `upstream` → did you mean `upstream`?',
    ]);
    expect(await given({}, { wbe: 80 })).toEqual([
      'export_unknown exports.wbe: the scenario exports `web` → did you mean `web`?',
    ]);
  });

  it('that are declared and used by nothing are not said to be unknown', async () => {
    expect(await given({ spare: 'http://x.example' })).toEqual([
      'slot_unknown slots.spare: the root declares it, and no program uses it → do without it, or bind `slots.spare` to the slot of a component',
    ]);
  });
});

describe('a program whose texts cannot be what they say', () => {
  it('is not told to be given values where that would not help', async () => {
    const files = {
      'scenario.yaml': manifest(
        'config_schema: { type: object, properties: { a: { type: string, default: " " } } }\nprogram: { path: "${config.a}", args: [] }',
      ),
    };
    expect(await blockedOf(files)).toEqual([
      'program_incomplete /: `program.path` is empty → correct the program, or the config that it is given',
    ]);
  });

  it('is told which config is missing, with what helps', async () => {
    const files = {
      'scenario.yaml': manifest(
        `config_schema: { type: object, properties: { a: { type: string } } }\n${echo('${config.a}')}`,
      ),
    };
    expect(await blockedOf(files)).toEqual([
      'program_incomplete /: `program.args[0]`: `${config.a}` has no value → correct the program, or the config that it is given',
    ]);
  });
});
