/**
 * Tries the vault of AWS Secrets Manager against a real account: HEADGATE_AWS_SMOKE=yes HEADGATE_AWS_REGION=eu-west-1
 * node scripts/aws-smoke.mjs. It makes one secret, `headgate-smoke/smoke/RANDOM`, and deletes it at the end; AWS keeps that for 30 days, in
 * which it can be restored, and may charge for it. Nothing else is written, and values of nothing else are read. HEADGATE_AWS_ENDPOINT
 * names something that stands in for AWS. Run by hand only: no test of this project has ever reached a real account.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { HEADGATE_AWS_SMOKE: wanted, HEADGATE_AWS_REGION: region, HEADGATE_AWS_ENDPOINT: endpoint } = process.env;
if (wanted !== 'yes' || !region) {
  console.error('error: this makes and deletes a secret in an account of AWS, so it has to be asked for');
  console.error('  = help: set HEADGATE_AWS_SMOKE=yes, HEADGATE_AWS_REGION, and credentials that AWS tools take');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'headgate-aws-smoke-'));
try {
  process.exitCode = (await smoke(await adapter())) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The vault as it is in the command line. */
async function adapter() {
  const { build } = await import('esbuild');
  const outfile = join(folder, 'aws.mjs');
  await build({
    entryPoints: ['src/adapters/vaults/aws/open.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

async function smoke({ openAwsVault }) {
  const prefix = 'headgate-smoke';
  const settings = {
    provider: 'aws_secrets_manager',
    region,
    prefix,
    namespace: 'smoke',
    ...(endpoint ? { endpoint } : {}),
  };
  const place = { folder: process.cwd(), home: process.env.HOME || homedir(), env: process.env, now: Date.now };
  const vault = openAwsVault('smoke', settings, place);
  const key = randomUUID();
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  const write = () => ({ token: randomUUID() });
  const resolved = (stage) => vault.resolve({ key, ...(stage ? { version: { stage } } : {}) });
  const textOf = async (stage) => found(await resolved(stage)).text;
  const creating = write();
  const rotating = write();
  let made = false;
  const steps = [
    ['health', async () => ['ready', 'warning'].includes((await vault.health()).status)],
    [
      'a secret is made once, whoever asks again with the same token',
      async () => {
        made = true;
        const one = found(await vault.create(key, first, creating));
        return found(await vault.create(key, first, creating)).version === one.version && (await textOf()) === first;
      },
    ],
    ['another with its name is refused', async () => codeOf(await vault.create(key, second, write())) === 'conflict'],
    [
      'a pending version is given to nobody',
      async () => {
        found(await vault.putPending(key, second, rotating));
        found(await vault.putPending(key, second, rotating));
        return (await textOf()) === first;
      },
    ],
    [
      'it becomes the current one, and the one before is kept',
      async () => {
        const { version } = found(await vault.putPending(key, second, rotating));
        found(await vault.promote(key, version, write()));
        found(await vault.promote(key, version, write()));
        return (await textOf()) === second && (await textOf('AWSPREVIOUS')) === first;
      },
    ],
    [
      'another one is taken back',
      async () => {
        const { version } = found(await vault.putPending(key, third, write()));
        found(await vault.discard(key, version, write()));
        return (await textOf()) === second;
      },
    ],
    ['it is listed', async () => eventually(async () => found(await vault.list()).includes(key))],
    [
      'what could be imported is listed, and it is none of that',
      async () => {
        const page = found(await vault.discover({ pageSize: 50, query: prefix }));
        return page.secrets.every(({ externalRef, guarded }) => !externalRef.includes(key) || guarded !== null);
      },
    ],
  ];
  let isFine = true;
  for (const [name, step] of steps) isFine = (await tell(name, step)) && isFine;
  if (made) {
    const remove = async () => {
      found(await vault.remove(key, write()));
      found(await vault.remove(key, write()));
      return codeOf(await resolved()) === 'not_found' || codeOf(await resolved()) === 'conflict';
    };
    isFine = (await tell('it is deleted, and gone', remove)) && isFine;
  }
  await vault.close();
  console.log(isFine ? 'passed' : `FAILED; look for ${prefix}/smoke/${key} in ${region}, and delete it`);
  return isFine;
}

/** What is listed follows what is written with some delay. */
async function eventually(isThere) {
  for (let tries = 0; tries < 10; tries++) {
    if (await isThere()) return true;
    await new Promise((done) => setTimeout(done, 2_000));
  }
  return false;
}

async function tell(name, step) {
  const fault = await step().then(
    (isAsWanted) => (isAsWanted ? undefined : 'not as it should be'),
    (error) => error.message,
  );
  console.log(fault === undefined ? `ok    ${name}` : `FAIL  ${name}: ${fault}`);
  return fault === undefined;
}

function found(answer) {
  if ('fault' in answer) throw new Error(`${answer.fault.code}/${answer.fault.detail}: ${answer.fault.message}`);
  return answer.value;
}

function codeOf(answer) {
  return 'fault' in answer ? answer.fault.code : 'none';
}
