/** The value of a secret: never an argument, which everybody on the machine can read. */
import type { Cli } from '../../../app/cli.ts';
import { faultError } from '../../../runtime/secrets/fault-error.ts';
import { readStdin, stdinIsFolder } from '../../stdin.ts';

const longest = 65_536;

/** Exactly what is there; one end of line at its end is none of it. Throws a fault that does not quote it. */
export async function valueFromStdin(cli: Cli): Promise<string> {
  if (stdinIsFolder())
    throw faultError(
      'invalid_request',
      'value_is_folder',
      'standard input is a folder',
      'give the value, or a file with it, on standard input',
    );
  if (process.stdin.isTTY === true)
    await cli.err('type the value, which is shown while you type, and end it with Ctrl-D on a line of its own\n');
  const bytes = await readStdin();
  if (bytes.length > longest + 1)
    throw faultError(
      'invalid_request',
      'value_too_long',
      `the value is longer than ${longest} bytes`,
      'keep what is that long elsewhere, and only its key as a secret',
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw faultError(
      'invalid_request',
      'value_not_text',
      'the value is not text in UTF-8',
      'encode it, for instance as base64',
    );
  }
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
