/** Looking at files of which nothing is known: a missing right is as good as a missing file. */
import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';

const orNothing = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

/** Links are followed. */
export const statOf = (path: string): Stats | undefined => orNothing(() => statSync(path));
export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;
export const isLink = (path: string): boolean => orNothing(() => lstatSync(path))?.isSymbolicLink() ?? false;
export const linkTarget = (path: string): string | undefined => orNothing(() => readlinkSync(path));
export const realPath = (path: string): string => orNothing(() => realpathSync(path)) ?? path;
export const readText = (path: string): string => orNothing(() => readFileSync(path, 'utf8')) ?? '';
