/** The sections of a file of the AWS command line. */

/** Settings by profile. Of settings that stand twice, the last one counts. O(length). */
export function readProfiles(
  text: string,
  file: 'config' | 'credentials',
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const profiles = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    // Indented lines belong to a setting that has parts, none of which is asked for here.
    if (/^\s*$/.test(line) || /^\s*[#;]/.test(line) || /^\s/.test(line)) continue;
    const header = /^\[([^\]]*)\]/.exec(line);
    if (header) {
      const name = profileName((header[1] as string).trim(), file);
      current = name === null ? undefined : (profiles.get(name) ?? new Map());
      if (name !== null && current) profiles.set(name, current);
      continue;
    }
    const at = line.indexOf('=');
    if (at < 1) continue;
    // A comment behind a value is preceded by white space; a `#` within a key is part of it.
    const value = line
      .slice(at + 1)
      .replace(/\s[#;].*$/, '')
      .trim();
    current?.set(line.slice(0, at).trim().toLowerCase(), value);
  }
  return profiles;
}

/** `config` calls them `profile NAME`, but for `default`. */
function profileName(header: string, file: 'config' | 'credentials'): string | null {
  if (file === 'credentials') return header;
  if (header === 'default') return header;
  return (
    /^profile\s+(.+)$/
      .exec(header)?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, '$2') ?? null
  );
}
