#!/usr/bin/env node
/**
 * What compiled schemas cost and save: the time to load each, and to read documents with and without places, in turn in one process.
 * `npm run bench validators`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { row } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Ratio of medians of both, taken in turn, when the code is warm. */
function compare(title, slow, quick, turns = 7) {
  const [before, after] = [[], []];
  slow();
  quick();
  for (let i = 0; i < turns; i++) {
    before.push(timed(slow));
    after.push(timed(quick));
  }
  const [a, b] = [median(before), median(after)];
  row(title, `${b.toFixed(1)} ms, ${(a / b).toFixed(1)} × as quick as ${a.toFixed(1)} ms`);
}

try {
  for (const name of ['answer', 'journal', 'lock', 'options', 'plan']) {
    const file = join(root, 'src/language/generated', `${name}.js`);
    // Time of the processor: a busy machine lets a process wait. The first import of a process costs more than any file.
    const code = `await import('data:text/javascript,'); const s = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)}); const { user, system } = process.cpuUsage(s); console.log((user + system) / 1000)`;
    const times = Array.from({ length: 15 }, () =>
      Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout),
    );
    row(`validator: load ${name}`, `${median(times).toFixed(1)} ms of CPU, ${statSync(file).size} bytes`);
  }
  const out = join(folder, 'read.mjs');
  const from = (path, names) => `export { ${names} } from ${JSON.stringify(join(root, path))};`;
  await build({
    stdin: {
      contents: [
        from('src/language/syntax/parse.ts', 'loadSyntax'),
        from('src/phases/5-govern/answer.ts', 'decodeAnswer, plainAnswer'),
        from('src/language/lock/read-lock.ts', 'plainLock, readWithPlaces'),
        from('src/language/generated/plan.js', 'fits as fitsPlan'),
        from('src/language/generated/journal.js', 'fits as fitsEntry'),
        from('src/language/journal/migrate.ts', 'migrate'),
        from('src/language/journal/entry.ts', 'hashOf'),
        from('src/base/json.ts', 'canonicalJson'),
        from('src/base/digest.ts', 'digestOf'),
      ].join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: out,
    logLevel: 'error',
  });
  const read = await import(pathToFileURL(out).href);
  await read.loadSyntax('json5');

  const interposition = (i, program = './proxy.mjs') => ({
    reason: 'traffic is recorded',
    attachments: [{ target: i, interposer_slot: 'up', interposer_provide: 'down' }],
    interposer: {
      program: {
        path: '/usr/bin/env',
        args: ['node', program, { when: 'slots.up', arg: '${slots.up.url}' }],
        env: { LEVEL: '${config.level}' },
        network: { endpoints: [{ name: 'http', port: 8080 }] },
      },
      config: { level: 'debug' },
      config_schema: { type: 'object', properties: { level: { type: 'string' } } },
      slots: { up: { kind: 'http' } },
      provides: { down: { kind: 'http', endpoint: 'http' } },
    },
  });
  const answerText = JSON.stringify({ interpositions: Array.from({ length: 3700 }, (_, i) => interposition(i)) });
  for (const [title, count, programOf] of [
    ['2 kB', 4],
    ['2 MB', 3700],
    ['2 MB, no two interposers alike', 3700, (i) => `./proxy-${i}.mjs`],
  ]) {
    const interpositions = Array.from({ length: count }, (_, i) => interposition(i, programOf?.(i)));
    const text = JSON.stringify({ interpositions });
    if (!read.plainAnswer(text)) throw new Error('the answer is not read');
    compare(
      `a right answer of ${title}, with → without places`,
      () => read.decodeAnswer(text),
      () => read.plainAnswer(text),
    );
  }
  // As in a compile: one answer, and code that never ran before.
  const answerFile = join(folder, 'answer.json');
  writeFileSync(answerFile, answerText);
  const once = (name) => {
    const code = `import { readFileSync } from 'node:fs'; const read = await import(${JSON.stringify(pathToFileURL(out).href)}); await read.loadSyntax('json5'); const text = readFileSync(${JSON.stringify(answerFile)}, 'utf8'); const s = performance.now(); read.${name}(text); console.log(performance.now() - s)`;
    return Number(spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout);
  };
  const firsts = Array.from({ length: 5 }, () => [once('decodeAnswer'), once('plainAnswer')]);
  const ratio = median(firsts.map(([slow, quick]) => slow / quick));
  row(
    'the same of 2 MB, the first in a process',
    `${median(firsts.map(([, quick]) => quick)).toFixed(0)} ms, ${ratio.toFixed(1)} ×`,
  );
  const broken = answerText.replace(/"http"\}\}\}\}\]\}$/, '7}}}}]}');
  if (read.plainAnswer(broken)) throw new Error('the answer is right');
  row(
    'a wrong one of 2 MB: read without places first',
    `${median([1, 2, 3].map(() => timed(() => read.plainAnswer(broken)))).toFixed(1)} ms more`,
  );

  const digest = `sha256:${'A'.repeat(43)}=`;
  const lockText = JSON.stringify(
    {
      schema: 'headgate.lock',
      version: 1,
      protocol: 'v1',
      root: 'scenario',
      sources: Array.from({ length: 1000 }, (_, i) => ({ name: `part-${i}/component`, digest, kind: 'manifest' })),
      remotes: [],
      policies: [],
    },
    null,
    2,
  );
  if (!read.plainLock(lockText, 'v1')) throw new Error('the lock is not read');
  const input = { file: 'headgate.lock', text: lockText, recordings: new Map() };
  const sink = { report() {}, diagnostics: [], hasErrors: false };
  compare(
    'a lock of 1,000 sources, with → without',
    () => read.readWithPlaces(input, lockText, 'v1', sink),
    () => read.plainLock(lockText, 'v1'),
  );

  const plan = JSON.parse(readFileSync(join(root, 'golden/lock/ok/expected/plan.json'), 'utf8'));
  const many = { ...plan, components: Array.from({ length: 2000 }, () => plan.components[0]) };
  compare(
    'a plan of 2,000 components: digest → schema',
    () => read.digestOf(read.canonicalJson(many)),
    () => read.fitsPlan(many),
  );
  const lines = readFileSync(join(root, 'test/fixtures/runs/v1/runs/20300101-000000-0000/journal.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((text) => read.migrate(JSON.parse(text)));
  const entries = Array.from({ length: 200 }, () => lines).flat();
  compare(
    `a journal of ${entries.length} lines: hashes → schema`,
    () => entries.map((entry) => read.hashOf(entry)),
    () => entries.map((entry) => read.fitsEntry(entry)),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
