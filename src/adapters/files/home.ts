/** What `~/` stands for. */
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** `HOME`, or that of the account where it is empty or relative, which would lead into whatever folder this is. */
export function homeOf({ HOME: given }: Readonly<Record<string, string | undefined>>): string {
  if (given !== undefined && isAbsolute(given)) return given;
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : nowhere;
  } catch {
    // A number that no account has.
    return nowhere;
  }
}

/** Nobody can make anything in there. */
const nowhere = '/nonexistent';
