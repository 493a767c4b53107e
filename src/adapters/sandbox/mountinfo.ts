/** The table of mounts of a process, as the kernel writes it. */

export interface Mount {
  /** What of its file system is mounted. */
  readonly root: string;
  /** Where. */
  readonly at: string;
  readonly type: string;
  /** Of the mount, and of the file system below it. */
  readonly options: readonly string[];
  readonly superOptions: readonly string[];
}

/** From the text of /proc/PID/mountinfo, in its order; what is not a mount is left out. */
export function* mountsIn(mountinfo: string): Generator<Mount> {
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, at, options] = before.split(' ');
    const [type, , superOptions = ''] = after.split(' ');
    if (root === undefined || at === undefined || type === undefined || options === undefined) continue;
    yield {
      root: unescaped(root),
      at: unescaped(at),
      type,
      options: options.split(','),
      superOptions: superOptions.split(','),
    };
  }
}

/** Spaces and the like are written in octal. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
