/** Takes secret values out of text. */

/** Shorter ones would take half of every text with them. */
const SHORTEST = 6;
const MARK = '[secret]';

/**
 * As they are, in base64, percent-encoded and as they stand in JSON; of one with several lines, such as a key, each line as well.
 * `tooShort` are those that cannot be looked for.
 */
export interface Redactor {
  readonly redact: (text: string) => string;
  readonly tooShort: number;
  /** Characters of the longest text that is looked for, as it is by now. */
  readonly longest: number;
  /** Looked for as well from now on. */
  readonly add: (values: readonly string[]) => void;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  let sorted: readonly string[] = [];
  let tooShort = 0;
  const add = (values: readonly string[]): void => {
    const long = values.filter((secret) => secret.length >= SHORTEST);
    tooShort += values.length - long.length;
    for (const secret of long) addForms(forms, secret);
    sorted = [...forms].sort((a, b) => b.length - a.length);
  };
  add(secrets);
  return {
    redact: (text) => {
      let out = text;
      for (const form of sorted) if (out.includes(form)) out = out.replaceAll(form, MARK);
      return out;
    },
    get tooShort() {
      return tooShort;
    },
    get longest() {
      return sorted[0]?.length ?? 0;
    },
    add,
  };
}

function addForms(forms: Set<string>, secret: string): void {
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
