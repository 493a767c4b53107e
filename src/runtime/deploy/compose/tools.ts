/** The programs of the user by which Docker is asked: `docker`, and Compose as its plugin or as a program of its own. */
import type { Probed } from '../../../ports/environment.ts';
import { type Caller, lastWords } from '../call.ts';
import { unavailable } from '../unavailable.ts';

export interface Tools {
  /** What stands before the arguments of Compose. */
  readonly compose: readonly string[];
  readonly version: string;
}

/** Compose reads what is written from these on. */
const oldest = [1, 27] as const;
const patienceMs = 20_000;

export async function findTools(
  call: Caller,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly tools: Tools; readonly probed: Probed } | { readonly probed: Probed }> {
  const options = { env, timeoutMs: patienceMs };
  const [engine, plugin] = await Promise.all([
    call('docker', ['version', '--format', '{{.Server.Version}}'], options),
    call('docker', ['compose', 'version', '--short'], options),
  ]);
  const refuse = (subject: string, reason: string, remedy: string): { readonly probed: Probed } => ({
    probed: { blocked: [unavailable(subject, reason, remedy)], facts: { docker: null } },
  });
  if (engine.missing)
    return refuse('docker', 'there is no program `docker` in PATH', 'install Docker, and Compose with it');
  if (engine.code !== 0)
    return refuse(
      'docker',
      `its engine does not answer: ${lastWords(engine.stderr, 1)}`,
      'start the engine, let this user ask it, or say in DOCKER_HOST where it is',
    );
  const alone = plugin.code === 0 ? plugin : await call('docker-compose', ['version', '--short'], options);
  const version = alone.stdout.trim();
  if (alone.code !== 0)
    return refuse(
      'docker compose',
      'there is neither the plugin `docker compose` nor a program `docker-compose` in PATH',
      'install one of them: packages of distributions are called docker-compose-plugin, docker-compose-v2 or docker-compose',
    );
  if (isOlder(version))
    return refuse(
      'docker compose',
      `it is version ${version}, which does not read what is written for it`,
      `install version ${oldest.join('.')} or a later one`,
    );
  return {
    tools: { compose: plugin.code === 0 ? ['docker', 'compose'] : ['docker-compose'], version },
    probed: { blocked: [], facts: { docker: engine.stdout.trim(), compose: version } },
  };
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
