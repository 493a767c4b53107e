/** A span for a command, where somebody traces; nothing is loaded where nobody does. */
import { isTraced } from '../adapters/otel/settings.ts';
import { noSpan, type Span } from '../ports/tracer.ts';
import type { Cli } from './cli.ts';

/** What is traced is sent before the command ends, also by an interrupt. That it cannot be sent changes nothing but a warning. */
export async function traced(cli: Cli, name: string, work: (span: Span) => Promise<number>): Promise<number> {
  if (!isTraced(cli.env)) return work(noSpan);
  const { openTracing } = await import('../adapters/otel/tracing.ts');
  let told: Promise<void> = Promise.resolve();
  const write = (text: string): void => {
    told = cli.err(text);
  };
  const warn = (text: string): void => write(`warning: tracing: ${text}\n`);
  const tracing = await openTracing({ env: cli.env, warn, write });
  const span = tracing.start(name);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= tracing.close().then(() => told);
    return closed;
  };
  cli.interrupt.last(close);
  try {
    const code = await work(span);
    span.end({ 'headgate.exit_code': code }, code === 0 ? undefined : `exit code ${code}`);
    return code;
  } catch (error) {
    span.end({}, 'thrown');
    throw error;
  } finally {
    await close();
  }
}
