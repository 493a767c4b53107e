/** The texts that a value may have become in what a program says. */

/** Shorter ones would take half of every text with them. */
export const shortest = 6;

/**
 * As it is, without the spaces around it, each line of one with several, in base64 of either alphabet wherever it begins in what was
 * encoded, in hex, percent-encoded, as it stands in JSON, and as its bytes look where they are not taken for UTF-8.
 */
export function formsOf(value: string): ReadonlySet<string> {
  const forms = new Set<string>();
  const add = (form: string): void => {
    if (form.length >= shortest) forms.add(form);
  };
  // A file with a secret ends with the end of a line, which the program that reads it leaves out.
  for (const one of new Set([value, value.trim()])) {
    if (one.length < shortest) continue;
    add(one);
    const bytes = Buffer.from(one, 'utf8');
    add(bytes.toString('latin1'));
    for (const form of [...base64Forms(bytes), ...hexForms(bytes)]) add(form);
    if (!sameForAll.test(one)) for (const form of [...percentForms(one), ...jsonForms(one)]) add(form);
  }
  const lines = value.split(/[\r\n]+/);
  if (lines.length > 1) for (const line of lines) add(line.trim());
  return forms;
}

/**
 * Base64 takes three bytes at a time, so that a value looks in one of three ways, depending on how many bytes are before it; `user:`
 * of a Basic header is such bytes. What is shared with the bytes around it is left out at either end. At the end of what was
 * encoded, with padding and without, it is one or two characters longer.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const begin = Math.ceil((before * 8) / 6);
    const stable = encoded.slice(begin, Math.floor(((before + bytes.length) * 8) / 6));
    const atEnd = encoded.slice(begin).replace(/=+$/, '');
    return [stable, atEnd, encoded.slice(begin)].flatMap((form) => [form, urlSafe(form)]);
  });
}

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

function hexForms(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase()];
}

/** Nobody escapes any of it. */
const sameForAll = /^[A-Za-z0-9_.-]*$/;

/** What an encoder leaves as it is, besides letters and digits. */
const keptByEncoders: readonly string[] = [
  // encodeURIComponent; RFC 3986; forms, where a space is `+`; paths; encodeURI; user and password of a URL.
  "-_.!~*'()",
  '-_.~',
  '-_.*+',
  '-_.~/',
  "-_.!~*'();/?:@&=+$,#",
  "-_.!~*'()$&+,%",
];

function percentForms(value: string): readonly string[] {
  return keptByEncoders.flatMap((kept) => {
    const isForm = kept.endsWith('*+');
    const upper = percentEncoded(value, kept, isForm);
    return [upper, upper.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())];
  });
}

function percentEncoded(value: string, kept: string, isForm: boolean): string {
  let out = '';
  for (const char of value) {
    if (isForm && char === ' ') out += '+';
    else if (/[A-Za-z0-9]/.test(char) || (kept.includes(char) && !(isForm && char === '+'))) out += char;
    else for (const byte of Buffer.from(char, 'utf8')) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** What encoders of JSON do differently: `/`, what is not ASCII, and what has a meaning in HTML. */
function jsonForms(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const escaped = (text: string, chars: RegExp, isUpper: boolean): string =>
    text.replace(chars, (char) => {
      const hex = char.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${isUpper ? hex.toUpperCase() : hex}`;
    });
  const forms: string[] = [];
  for (const isUpper of [false, true])
    for (const ascii of [plain, escaped(plain, /[\u0080-\uffff]/g, isUpper)])
      for (const html of [
        ascii,
        escaped(ascii, /[<>&\u2028\u2029]/g, isUpper),
        escaped(ascii, /[<>&'\u2028\u2029]/g, isUpper),
      ])
        forms.push(html, html.replaceAll('/', '\\/'));
  return forms;
}
