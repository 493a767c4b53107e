/** Takes secret values out of text. */

/** Shorter ones would take half of every text with them. */
const SHORTEST = 6;
const MARK = '[secret]';

/**
 * As they are, in base64, percent-encoded and as they stand in JSON; of one with several lines, such as a key, each line as well.
 * `tooShort` are those that cannot be looked for.
 */
export function createRedactor(secrets: readonly string[]): {
  readonly redact: (text: string) => string;
  readonly tooShort: number;
  /** Characters of the longest text that is looked for. */
  readonly longest: number;
} {
  const long = secrets.filter((secret) => secret.length >= SHORTEST);
  const forms = new Set<string>();
  for (const secret of long) {
    for (const form of [
      secret,
      ...secret.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      Buffer.from(secret).toString('base64url'),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ])
      forms.add(form);
  }
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return {
    redact: (text) => {
      let out = text;
      for (const form of sorted) if (out.includes(form)) out = out.replaceAll(form, MARK);
      return out;
    },
    tooShort: secrets.length - long.length,
    longest: sorted[0]?.length ?? 0,
  };
}
