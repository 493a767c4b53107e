import { type Cli, exitCode } from '../../../app/cli.ts';
import { findPolicy, type Tell } from '../../../app/policy-source.ts';
import { setUp } from '../../../app/session.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { openFront } from '../../../policy/serve/front.ts';
import { createGenerations } from '../../../policy/serve/generations.ts';
import { watchFolder } from '../../../policy/serve/watch.ts';
import { programText } from '../../program-text.ts';
import { report } from '../../report.ts';

export interface PolicyServeFlags {
  readonly port: string;
  readonly host: string;
  readonly config?: string;
  readonly root?: string;
}

/** Until it is interrupted. The URL goes to standard output, everything that happens to standard error. */
export async function policyServeCommand(cli: Cli, shown: string, flags: PolicyServeFlags): Promise<number> {
  const port = /^\d{1,5}$/.test(flags.port) ? Number(flags.port) : 65_536;
  if (port > 65_535) throw new UsageError(`--port takes a number from 0 to 65535, and was given \`${flags.port}\``);
  const setup = await setUp(cli, {
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags.root === undefined ? {} : { root: flags.root }),
  });
  const tell: Tell = (found) => report(cli, { ...found, input: shown }, [{ name: 'text' }]);
  if (setup.diagnostics.length > 0) {
    await tell(setup);
    return exitCode.usage;
  }
  const source = await findPolicy(cli, shown, setup, tell);
  return cli.interrupt.hold(async () => {
    const served = createGenerations(source, (line) => void cli.err(`${programText(line)}\n`));
    const front = await openFront(flags.host, port, served.behind).catch(async (error: Error) => {
      await served.stop();
      throw new UsageError(error.message);
    });
    served.onReload(() => front.quiet(10_000));
    const host = flags.host.includes(':') ? `[${flags.host}]` : flags.host;
    const url = `http://${host}:${front.port}/`;
    if ('port' in (await served.behind()))
      await cli.err(`ask it with: headgate compile SCENARIO --policy NAME=${url}\n`);
    await cli.out(`${url}\n`);
    const unwatch = watchFolder(source.folder, served.reload);
    await interrupted(cli);
    unwatch();
    await front.close();
    await served.stop();
    cli.interrupt.exitCode = exitCode.ok;
    return exitCode.ok;
  });
}

const interrupted = (cli: Cli): Promise<void> =>
  new Promise((done) => {
    const { signal } = cli.interrupt;
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
