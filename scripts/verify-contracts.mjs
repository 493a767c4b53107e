/**
 * Takes away what keeps a part of a contract true, in a copy of the tree, and sees its test turn red: npm run verify:contracts
 *
 *     node scripts/verify-contracts.mjs [TEXT…]     only rows that have such a text in a part, or in a file that is changed
 *     node scripts/verify-contracts.mjs --unit      only those whose test starts no process, which take seconds each
 *
 * HEADGATE_WHOLE=1 does all of them; else some, and others each day.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRows } from './contract-table.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
/** Of one test, unless a mutation says less. */
const usualSeconds = 600;
const isUnit = process.argv.includes('--unit');
const wanted = process.argv.slice(2).filter((text) => text !== '--unit');

const all = readRows().flatMap(({ parts, tests, mutations = [] }) =>
  mutations.map((mutation) => ({ ...mutation, parts, test: tests[mutation.test ?? 0] })),
);
const chosen = isUnit
  ? all.filter(({ test }) => test.file.startsWith('test/unit/'))
  : wanted.length > 0
    ? all.filter(({ parts, file }) =>
        wanted.some((text) => file.includes(text) || parts.some((part) => part.includes(text))),
      )
    : process.env.HEADGATE_WHOLE === '1'
      ? all
      : all.filter((_, index) => index % 4 === Math.floor(Date.now() / 86_400_000) % 4);
if (chosen.length === 0) throw new Error(`no mutation fits ${wanted.join(' ')}`);

const copy = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-mutations-')));
let failed = 0;
/** Tests that were seen to be green without a mutation. */
const green = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    endLeftovers();
    rmSync(copy, { recursive: true, force: true });
    process.exit(1);
  });
try {
  layCopy();
  for (const one of chosen) {
    const fault = await faultOf(one);
    const { parts, file, test, only } = one;
    console.log(`${fault === undefined ? 'red ' : 'FAIL'} ${file}: ${only ?? test.title} [${parts[0]}]`);
    if (fault !== undefined) {
      failed++;
      console.log(`     ${fault}`);
    }
  }
} finally {
  endLeftovers();
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - failed} of ${chosen.length} mutations turned their test red; there are ${all.length}`);
process.exit(failed === 0 ? 0 : 1);

/** What is committed or would be, and what is generated and ignored. */
function layCopy() {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (listed.status !== 0) throw new Error(listed.stderr);
  for (const path of listed.stdout.split('\0')) {
    if (path === '' || !existsSync(path)) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(path, join(copy, path), { verbatimSymlinks: true });
  }
  for (const path of ['src/language/generated', 'src/language/schema/generated'])
    if (existsSync(path)) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(realpathSync('node_modules'), join(copy, 'node_modules'));
  // What is taken away leaves imports and variables behind that nobody uses.
  const settings = join(copy, 'tsconfig.json');
  writeFileSync(
    settings,
    readFileSync(settings, 'utf8').replace(/("noUnused(?:Locals|Parameters)"): true/g, '$1: false'),
  );
}

/** Undefined where the test was green, and is red with the mutation. */
async function faultOf({ file, replace, with: instead, test, only, seconds }) {
  const title = only ?? test.title;
  const key = `${test.file} ${title}`;
  if (!green.has(key)) {
    const { passed, failures, told } = await ran(test.file, title, usualSeconds);
    if (passed === 0 || failures > 0) return `without the mutation: ${passed} passed, ${failures} failed\n${told}`;
    green.add(key);
  }
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(replace).length !== 2) return 'what is to be replaced stands there no longer, or more than once';
  writeFileSync(
    path,
    text.replace(replace, () => instead),
  );
  try {
    const { passed, failures, isLate, told } = await ran(test.file, title, seconds ?? usualSeconds);
    if (isLate) return seconds === undefined ? `it did not end within ${usualSeconds} s` : undefined;
    if (failures > 0) return undefined;
    return passed > 0 ? 'it is green all the same' : `it could not be run with the mutation\n${told}`;
  } finally {
    writeFileSync(path, text);
    endLeftovers();
  }
}

async function ran(file, title, seconds) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const [, project] = file.split('/');
  const args = [
    'vitest',
    'run',
    '--project',
    project,
    file,
    `--testNamePattern=${formOf(title)}$`,
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const child = spawn('npx', args, { cwd: copy, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => (told = `${told}${bytes}`.slice(-4_000)));
  const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), seconds * 1000);
  const signal = await new Promise((done) => child.on('close', (_, how) => done(how)));
  clearTimeout(late);
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  // What the tests of a group need may not come about any more; a file that cannot be read has no tests at all.
  const stopped = testResults.filter((one) => one.status === 'failed' && one.assertionResults.length > 0).length;
  return { passed: numPassedTests, failures: numFailedTests + stopped, isLate: signal === 'SIGKILL', told };
}

/** Titles of cases have something in the place of `%s`. */
function formOf(title) {
  return title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[sdifjoO#]/g, '.*');
}

/** What a test that was cut off left running: processes that name the copy, or are in it. */
function endLeftovers() {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const isOfCopy =
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(copy) ||
        readlinkSync(`/proc/${pid}/cwd`).startsWith(copy);
      if (isOfCopy) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
