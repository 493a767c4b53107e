import { type Cli, exitCode } from '../../../app/cli.ts';
import { setUp } from '../../../app/session.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { type Generation, startGeneration } from '../../policy-serve/child.ts';
import { type Behind, openFront } from '../../policy-serve/front.ts';
import { findPolicy, type PolicySource } from '../../policy-serve/source.ts';
import { watchFolder } from '../../policy-serve/watch.ts';
import { report } from '../../report.ts';

export interface PolicyServeFlags {
  readonly port: string;
  readonly host: string;
  readonly config?: string;
}

/** Until it is interrupted. The URL goes to standard output, everything that happens to standard error. */
export async function policyServeCommand(cli: Cli, shown: string, flags: PolicyServeFlags): Promise<number> {
  const port = /^\d{1,5}$/.test(flags.port) ? Number(flags.port) : 65_536;
  if (port > 65_535) throw new UsageError(`--port takes a number from 0 to 65535, and was given \`${flags.port}\``);
  const setup = await setUp(cli, flags.config === undefined ? {} : { config: flags.config });
  if (setup.diagnostics.length > 0) {
    await report(cli, { diagnostics: setup.diagnostics, sources: setup.sources, input: shown }, [{ name: 'text' }]);
    return exitCode.usage;
  }
  const source = await findPolicy(cli, shown, setup);
  return cli.interrupt.hold(async () => {
    const served = createServed(cli, source);
    const front = await openFront(flags.host, port, served.behind).catch(async (error: unknown) => {
      await served.stop();
      throw error;
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

interface Served {
  /** Waits while the policy is started. */
  readonly behind: () => Promise<Behind>;
  readonly reload: (changed: readonly string[]) => void;
  /** What is waited for before a generation is stopped. */
  readonly onReload: (wait: () => Promise<void>) => void;
  readonly stop: () => Promise<void>;
}

/** Generations follow each other: the old one is gone before the next is started, since both may want one port. */
function createServed(cli: Cli, source: PolicySource): Served {
  let generation: Generation | undefined;
  let wait = async (): Promise<void> => {};
  let stopped = false;
  const say = (line: string): void => void cli.err(`${line}\n`);

  const begin = async (): Promise<Behind> => {
    const start = await source.start();
    if (!start) return { fault: 'the manifest cannot be served; `policy serve` tells why' };
    const next = startGeneration(start, say);
    generation = next;
    const found = await next.ready;
    if ('fault' in found) {
      // What it said stands above.
      say(`${source.name}: ${found.fault.split('\n')[0]}; waiting for a change`);
      await next.stop();
      return found;
    }
    say(`${source.name}: serving`);
    void next.ended.then((how) => {
      if (generation !== next || stopped) return;
      say(`${source.name}: the policy ${how}; waiting for a change`);
      current = Promise.resolve({ fault: `the policy ${how}` });
    });
    return found;
  };

  const end = async (): Promise<void> => {
    const old = generation;
    generation = undefined;
    await old?.stop();
  };

  let current = begin();
  let queue: Promise<unknown> = current;
  return {
    behind: () => current,
    reload: (changed) => {
      const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
      say(`${source.name}: ${changed.slice(0, 3).join(', ')}${more} changed, starting anew`);
      const before = queue;
      const inFlight = wait();
      current = (async () => {
        await before;
        await inFlight;
        await end();
        return stopped ? { fault: 'the server is closed' } : begin();
      })();
      queue = current;
    },
    onReload: (next) => {
      wait = next;
    },
    stop: async () => {
      stopped = true;
      await queue;
      await end();
    },
  };
}
