/** What is said of a fault in headgate itself. */
import type { Cli } from '../app/cli.ts';

export function crashReport(error: unknown, env: Cli['env'], version: string): string {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const lines = [
    `bug in headgate ${version}: ${thrown.name}: ${thrown.message}`,
    'This is not a mistake in your files. Please report it, with the command and the input that led here.',
  ];
  if (env['HEADGATE_DEBUG'] === '1') lines.push(thrown.stack ?? '(no stack)');
  else lines.push('Run it again with HEADGATE_DEBUG=1 for the stack.');
  return `${lines.join('\n')}\n`;
}
