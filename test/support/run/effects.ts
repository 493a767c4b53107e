/** What headgate itself did, read from a trace of its system calls, against the intents that were on the disk by then. */

type Effect = 'storage' | 'port' | 'socket' | 'sandbox';

const made = /^(?:mkdir|mkdirat|rename|renameat2?|link|linkat|symlink|symlinkat|mknod|openat|open|creat)\(/;
/** The last path of a call is what it makes. */
const pathOf = (call: string): string | undefined => [...call.matchAll(/"((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];

function effectOf(call: string, stateDir: string): Effect | 'unknown' | undefined {
  if (!/ = \d/.test(call)) return undefined;
  if (call.startsWith('bind(')) {
    if (/sa_family=AF_INET6?\b/.test(call)) return 'port';
    // Names without a file hold the run, or a folder of storage, and go with their process.
    return call.includes('sun_path=@') ? undefined : 'socket';
  }
  if (!made.test(call) || (call.startsWith('open') && !call.includes('O_CREAT'))) return undefined;
  const path = pathOf(call) ?? '';
  if (path === stateDir || ['runs', 'store'].some((own) => `${path}/`.startsWith(`${stateDir}/${own}/`)))
    return undefined;
  if (path.startsWith(`${stateDir}/storage`)) return 'storage';
  return /\/hg-[^/]+(?:\/|$)/.test(path) ? 'sandbox' : 'unknown';
}

const neededBy: Readonly<Record<Effect, RegExp>> = {
  storage: /^grant\.apply:\//,
  port: /^grant\.apply:exports\./,
  socket: /^(?:grant\.apply:|env\.probe$)/,
  sandbox: /^(?:grant\.apply:|env\.probe$|process\.start:|task\.run:)/,
};

/** `trace` begins with the process that is headgate; what stands in sandboxes has other numbers. */
export function effectsOf(
  trace: string,
  stateDir: string,
): { readonly effects: readonly Effect[]; readonly unexplained: readonly string[] } {
  const lines = trace.split('\n');
  const [pid = ''] = (lines[0] ?? '').split(' ', 1);
  const effects = new Set<Effect>();
  const unexplained: string[] = [];
  const written: string[] = [];
  const intents: string[] = [];
  for (const line of lines) {
    if (!line.startsWith(`${pid} `)) continue;
    const call = line.slice(pid.length).trim();
    if (/^write\(\d+<[^>]*journal\.ndjson>/.test(call) && call.includes('\\"type\\":\\"intent\\"'))
      written.push(/\\"actionId\\":\\"([^"\\]+)\\"/.exec(call)?.[1] ?? '');
    if (/^fsync\(\d+<[^>]*journal\.ndjson>/.test(call)) intents.push(...written.splice(0));
    const effect = effectOf(call, stateDir);
    if (effect === undefined) continue;
    if (effect === 'unknown' || !intents.some((intent) => neededBy[effect].test(intent))) unexplained.push(call);
    else effects.add(effect);
  }
  return { effects: [...effects], unexplained };
}
