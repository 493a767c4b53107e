/**
 * The gate: a shell that waits where the program will run, in its namespaces, under its limits and its filter, until headgate has looked
 * at it from outside. Then it becomes the program. Until that moment nothing of the program is in the sandbox; its environment
 * and arguments never stand in the command line of anything else.
 */

export const gateShell = '/bin/sh';

/** Places that no program may write to. The last are settings of the machine. */
export const forbiddenPlaces: readonly string[] = [
  '/',
  '/etc',
  '/usr',
  '/bin',
  '/lib',
  '/dev',
  '/sys',
  '/proc/sys/kernel/core_pattern',
  '/proc/sysrq-trigger',
];

const look = (places: readonly string[], told: string): string =>
  [
    'unset PWD OLDPWD SHLVL _',
    'found=',
    `for place in ${places.join(' ')}; do [ -w "$place" ] && [ ! -c "$place" ] && found="$found $place"; done`,
    'set -- /proc/[0-9]*',
    told,
    'unset found place tried',
    'set --',
    '',
  ].join('\n');

/**
 * Tells on descriptor 4 how many processes it sees, and what of the places it could write to. Names of places have no blanks. Files
 * are covered with /dev/null, which can be written to wherever it is mounted.
 */
export const lookScript = (places: readonly string[] = forbiddenPlaces): string =>
  look(places, 'printf "%s%s\\n" "$#" "$found" >&4');

/** The same, and behind a tab what a command says of its tries: one line. */
export const lookAndTryScript = (tries: string): string =>
  look(forbiddenPlaces, `tried=$(${tries}\n)\nprintf "%s%s\\t%s\\n" "$#" "$found" "$tried" >&4`);

/** Of the line that the script wrote: what it saw, and what the tries came to. */
export function saidAtGate(line: string): { readonly looked: string; readonly tried: string } {
  const [looked = '', tried = ''] = line.split('\t');
  return { looked, tried };
}

export interface Looked {
  readonly processes: number;
  readonly writable: readonly string[];
}

/** Undefined for a line that the script did not write. */
export function lookedIn(line: string): Looked | undefined {
  const [count = '', ...writable] = line.split(' ');
  return /^\d{1,6}$/.test(count) ? { processes: Number(count), writable } : undefined;
}

/** `argv` begins with an absolute path; `stdin` is the path of what it reads. */
export function execScript(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin = '/dev/null',
): string {
  const entries = Object.entries(env);
  const own = entries.filter(([name]) => !isForeignName(name));
  const foreign = entries.filter(([name]) => isForeignName(name)).map(([name, value]) => `${name}=${value}`);
  const command = foreign.length === 0 ? argv : ['/usr/bin/env', ...foreign, ...argv];
  return [
    ...own.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${command.map(quoted).join(' ')} <${stdin} 4>&-`,
    '',
  ].join('\n');
}

/**
 * No name of a variable for a shell, or one that means something to a shell and cannot simply be set. It is set in a command line, which
 * others can read for a moment.
 */
export const isForeignName = (name: string): boolean =>
  !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ||
  /^(_|BASH.*|COMP_.*|DIRSTACK|EPOCH.*|E?UID|FUNCNAME|GROUPS|HISTCMD|IFS|LINENO|OPT(ARG|ERR|IND)|PIPESTATUS|PPID|PS4|RANDOM|S?RANDOM|SECONDS|SHELLOPTS|SHLVL)$/.test(
    name,
  );

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
