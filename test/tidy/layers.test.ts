import { describe, expect, it } from 'vitest';
import { importsOf, type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

interface Layer {
  /** Folders and files below src/ that it may import, besides itself. */
  readonly may: readonly string[];
  readonly packages?: readonly string[];
  /** May read files, the clock and the environment, and talk to the network. */
  readonly world?: true;
}

/** Each wing may import what stands above it in ARCHITECTURE.md; a room that may less, or is no wing's, has a row of its own. */
const language = ['base/', 'diagnostics/', 'ir/', 'language/'];
const core = [...language, 'ports/'];
const compiler = [...core, 'phases/', 'compile.ts', 'compile/options.ts', 'compile/file-digests.ts'];
const phase: Layer = { may: core };
const typebox = ['@sinclair/typebox'];
/** What knows nothing of how a plan is run. */
const withoutRuns = [...compiler, 'plan/', 'authoring/', 'policy/', 'adapters/'];
const runs = [...core, 'plan/', 'adapters/'];

/** The longest prefix counts. */
const layers: Readonly<Record<string, Layer>> = {
  'base/': { may: [] },
  'base/digest.ts': { may: [], packages: ['node:crypto'] },
  'base/sha256.ts': { may: [], packages: ['node:crypto'] },
  'diagnostics/': { may: ['base/'] },
  'diagnostics/wire-schema.ts': { may: [], packages: typebox },
  'ir/': { may: ['base/'] },
  'ir/plan-schema.ts': { may: ['ir/plan-runtime-schema.ts'], packages: typebox },
  'ir/plan-folded-schema.ts': { may: ['ir/plan-schema.ts'], packages: typebox },
  'ir/plan-runtime-schema.ts': {
    may: [
      'ir/runtime-bounds.ts',
      'ir/plan-grants-schema.ts',
      'ir/plan-profile-schema.ts',
      'ir/plan-probe-schema.ts',
      'ir/plan-vault-schema.ts',
      'ir/plan-workspace-schema.ts',
    ],
    packages: typebox,
  },
  'ir/plan-grants-schema.ts': { may: ['ir/authority.ts'], packages: typebox },
  'ir/plan-profile-schema.ts': { may: ['ir/runtime-bounds.ts', 'ir/profile-choices.ts'], packages: typebox },
  'ir/plan-probe-schema.ts': { may: [], packages: typebox },
  'ir/plan-vault-schema.ts': { may: [], packages: typebox },
  'ir/plan-workspace-schema.ts': { may: [], packages: typebox },
  'ir/request.ts': { may: ['base/', 'ir/'], packages: typebox },
  'ir/answer-program-schema.ts': { may: ['base/', 'ir/'], packages: typebox },
  'ir/answer-schema.ts': { may: ['base/', 'ir/'], packages: typebox },
  'ir/wire-build.ts': { may: ['base/'], packages: typebox },
  'language/': { may: language },
  'language/journal/entry-schema.ts': {
    may: [
      'base/json.ts',
      'ir/action.ts',
      'ir/workspace-status.ts',
      'language/journal/entry-parts.ts',
      'language/journal/entry-version.ts',
      'language/journal/usage-schema.ts',
    ],
    packages: typebox,
  },
  'language/journal/usage-schema.ts': { may: ['ir/budget.ts'], packages: typebox },
  'language/journal/entry-parts.ts': { may: ['ir/authority.ts'], packages: typebox },
  'language/lock/lock-schema.ts': { may: ['language/lock/format.ts'], packages: typebox },
  'language/syntax/': { may: language, packages: ['yaml', '@humanwhocodes/momoa'] },
  'ports/': { may: language },
  'phases/1-parse/': phase,
  'phases/2-resolve/': phase,
  'phases/3-check/': phase,
  'phases/4-link/': phase,
  'phases/5-govern/': { may: [...core, 'plan/prove/'] },
  'phases/6-plan/': { may: [...core, 'plan/profiles/', 'plan/workspaces/', 'plan/authority/'] },
  'phases/7-emit/': phase,
  // Outputs that are made of a plan see nothing of the compile that it comes from.
  'phases/7-emit/from-plan/': {
    may: [
      'base/',
      'diagnostics/',
      'language/',
      'ir/graph.ts',
      'ir/plan-schema.ts',
      'ir/plan-runtime-schema.ts',
      'plan/',
      'phases/7-emit/output.ts',
    ],
  },
  'compile.ts': { may: [...core, 'phases/', 'compile/'] },
  // Its parts, which nobody else imports.
  'compile/': { may: [...core, 'phases/'] },
  'plan/': { may: ['base/', 'diagnostics/', 'ir/'] },
  // Below the phases too: the last one looks whether a run of the plan could begin at all.
  'plan/workspaces/': { may: ['base/', 'ir/', 'plan/profiles/'] },
  // Below the phases too: the last one says what no component can use of what was delegated.
  'plan/authority/': { may: ['base/', 'ir/', 'plan/profiles/', 'plan/wiring/'] },
  // Below the phases, one of which proves what it has rewritten.
  'plan/prove/': { may: ['base/', 'ir/'] },
  // Where runs and emitters both start: it knows nothing of either.
  'plan/wiring/': { may: language },
  // Reads files that were emitted, and knows nothing of who wrote them, nor of how a plan is laid out.
  'plan/targets/': { may: ['base/', 'ir/plan-schema.ts', 'plan/prove/'] },
  // Needs a folder's bytes and nothing of who wrote them.
  'plan/verify/': { may: [...core, 'plan/attest/', 'plan/wiring/'] },
  'authoring/': { may: language },
  'authoring/git-remote/javascript-tree.ts': { may: ['authoring/git-remote/'], packages: ['prettier/plugins/babel'] },
  'authoring/format/': {
    may: [...language, 'authoring/'],
    packages: [
      'prettier',
      'prettier/standalone',
      'prettier/plugins/yaml',
      'prettier/plugins/babel',
      'prettier/plugins/estree',
    ],
  },
  'policy/sdk/': { may: ['base/', 'ir/'] },
  'policy/sdk/serve.ts': { may: ['base/', 'ir/', 'policy/sdk/'], world: true },
  'policy/sdk/respond.ts': { may: ['base/', 'ir/', 'policy/sdk/'], world: true },
  'policy/serve/': { may: [], world: true },
  'policy/test/': { may: core },
  'policy/torture/': { may: compiler, world: true },
  'adapters/': { may: core, packages: ['undici'], world: true },
  'adapters/otel/': {
    may: ['base/', 'ports/'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
    ],
    world: true,
  },
  'adapters/vaults/aws/': {
    may: [...core, 'adapters/vaults/place.ts'],
    packages: ['undici', '@smithy/signature-v4'],
    world: true,
  },
  'runtime/': { may: runs, world: true },
  // Rooms of a run: what happened, what may be reached, what is done, in which order, where.
  'runtime/journal/': { may: [...core, 'adapters/files/', 'runtime/gate/', 'runtime/state/'], world: true },
  'runtime/state/options-schema.ts': { may: [], packages: typebox },
  'runtime/store/': { may: [...core, 'adapters/files/', 'runtime/state/'], world: true },
  'runtime/probes/': { may: [...runs, 'runtime/'], world: true },
  'runtime/probes/body-schema.ts': {
    may: ['base/', 'ports/'],
    packages: ['ajv', 'ajv/dist/2019.js', 'ajv/dist/2020.js', 'ajv-formats'],
    world: true,
  },
  'runtime/probes/pictures.ts': { may: [], packages: ['pngjs'], world: true },
  'runtime/gate/': { may: core },
  'runtime/authority/': { may: [...core, 'plan/', 'runtime/'] },
  'runtime/actions/': { may: [...runs, 'runtime/'], world: true },
  'runtime/scheduler/': { may: [...core, 'plan/workspaces/', 'runtime/'], packages: ['@dagrejs/graphlib'] },
  'app/': { may: [...withoutRuns, 'runtime/'], world: true },
  'server/': { may: [...core, 'adapters/', 'runtime/', 'app/'], world: true },
  'server/schema.ts': {
    may: [
      'ir/wire-build.ts',
      'ir/profile-choices.ts',
      'language/journal/entry-schema.ts',
      'server/budget-schema.ts',
      'server/interaction-schema.ts',
      'server/stop-request.ts',
      'server/workspace-schema.ts',
    ],
    packages: typebox,
  },
  'server/budget-schema.ts': { may: ['ir/budget.ts', 'ir/wire-build.ts'], packages: typebox },
  'server/interaction-schema.ts': {
    may: ['base/json.ts', 'ir/wire-build.ts', 'ir/workspace-status.ts', 'server/workspace-schema.ts'],
    packages: typebox,
  },
  'server/authority-schema.ts': { may: ['ir/authority.ts', 'ir/wire-build.ts'], packages: typebox },
  'server/openapi-authority.ts': { may: ['base/', 'server/authority-schema.ts', 'server/openapi-build.ts'] },
  'server/workspace-schema.ts': { may: ['ir/wire-build.ts', 'ir/workspace-status.ts'], packages: typebox },
  'server/stop-request.ts': { may: ['server/schema.ts'] },
  'server/openapi.ts': {
    may: [
      'base/',
      'server/schema.ts',
      'server/openapi-authority.ts',
      'server/openapi-build.ts',
      'server/openapi-interactions.ts',
      'server/workspace-schema.ts',
    ],
  },
  'server/openapi-build.ts': { may: ['base/'] },
  'server/openapi-interactions.ts': {
    may: ['base/', 'server/schema.ts', 'server/interaction-schema.ts', 'server/openapi-build.ts'],
  },
  'cli/': {
    may: [...withoutRuns, 'runtime/', 'app/', 'api/run.ts'],
    packages: ['commander'],
    world: true,
  },
  'api/compile.ts': { may: [...withoutRuns, 'api/library/'] },
  'api/library/': { may: withoutRuns },
  'api/run.ts': { may: ['base/', 'ir/', 'language/journal/', 'ports/', 'adapters/', 'runtime/', 'server/'] },
  'api/testing/': { may: [...withoutRuns, 'app/'], world: true },
};

/** Names of the outside world, without a property or a type before them. */
const WORLD =
  /(?<![\w.$])(process\.\w+|Date\.now|new Date\b|Math\.random|performance\.now|setTimeout|setInterval|fetch\()/;

function layerOf(inside: string): readonly [string, Layer] | undefined {
  const fits = Object.keys(layers).filter((prefix) => inside.startsWith(prefix));
  const longest = fits.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : [longest, layers[longest] as Layer];
}

function faultsOf(file: SourceFile): readonly string[] {
  const inside = file.path.slice('src/'.length);
  const found = layerOf(inside);
  if (!found) return [`${file.path} belongs to no layer: add its folder to the table in test/tidy/layers.test.ts`];
  const [name, layer] = found;
  const faults: string[] = [];
  for (const { target, line } of importsOf(file)) {
    const here = `${file.path}:${line}`;
    if (target.startsWith('src/')) {
      const other = target.slice('src/'.length);
      if (other.startsWith(name) || layer.may.some((prefix) => other.startsWith(prefix))) continue;
      faults.push(`${here}: ${name} must not import ${other}; what both need belongs into a layer below both`);
    } else if (layer.packages?.includes(target) || (layer.world && target.startsWith('node:'))) {
    } else if (target.startsWith('node:')) {
      faults.push(`${here}: ${name} must not import ${target}; pass in what it needs through a port (src/ports)`);
    } else faults.push(`${here}: ${name} must not import the package ${target}; packages are named for each layer`);
  }
  if (layer.world) return faults;
  for (const [index, text] of withoutComments(file.text).split('\n').entries()) {
    const used = WORLD.exec(text)?.[1];
    if (used)
      faults.push(`${file.path}:${index + 1}: ${name} must not use ${used}; only adapters and cli touch the world`);
  }
  return faults;
}

describe('layers', () => {
  it('import only what lies below them', () => {
    expect(sourceFiles('src').flatMap(faultsOf)).toEqual([]);
  });

  it.each([
    ['src/base/x.ts', "import { a } from '../diagnostics/sink.ts';", 'must not import diagnostics/sink.ts'],
    [
      'src/phases/4-link/x.ts',
      "import type {\n  A,\n} from '../5-govern/index.ts';",
      'must not import phases/5-govern/index.ts',
    ],
    ['src/phases/4-link/x.ts', "import { readFileSync } from 'node:fs';", 'through a port'],
    ['src/phases/4-link/x.ts', "const y = await import('yaml');", 'must not import the package yaml'],
    ['src/phases/6-plan/x.ts', 'const made = Date.now();', 'must not use Date.now'],
    ['src/newfolder/x.ts', '', 'belongs to no layer'],
  ])('sees the fault in %s', (path, text, fault) => {
    expect(faultsOf({ path, text }).join()).toContain(fault);
  });
});
