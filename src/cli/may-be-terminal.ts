import { fstatSync } from 'node:fs';

/** False where it surely is none; terminals are character devices. */
export function mayBeTerminal(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}
