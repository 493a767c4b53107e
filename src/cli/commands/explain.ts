import { type Cli, exitCode } from '../cli.ts';
import { nearestCode, readPage } from '../pages.ts';
import { UsageError } from '../usage-error.ts';

export async function explainCommand(cli: Cli, code: string): Promise<number> {
  const page = readPage(code);
  if (page === undefined) {
    const near = nearestCode(code);
    throw new UsageError(
      `there is no diagnostic code \`${code}\`; ${near === undefined ? 'codes stand in brackets before a message, such as `link/unbound-slot`' : `did you mean \`${near}\`?`}`,
    );
  }
  await cli.out(page);
  return exitCode.ok;
}
