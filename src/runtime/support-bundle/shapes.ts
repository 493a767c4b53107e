/** Texts that look like credentials, whoever knows them: the second net, behind the values that are known. */

interface Shape {
  readonly name: string;
  readonly form: RegExp;
  /** What stays, by the groups of the form. */
  readonly keep?: (match: readonly string[]) => string;
}

export const mark = '[secret]';

/** None matches what it leaves. Each reads a text once: nothing in them can be repeated in two ways. */
const shapes: readonly Shape[] = [
  {
    name: 'a private key',
    form: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?/g,
  },
  {
    name: 'the header of an authorization',
    form: /\b((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|bearer|token|digest|negotiate|apikey)\s{1,4})?)(?!(?:[a-z]{5,9}\s{1,4})?\[secret\])[^\s"',;\\[]{3,}/gi,
    keep: ([, head = '']) => head,
  },
  {
    name: 'a bearer token',
    form: /\b(bearer\s{1,4})(?!\[secret\])[A-Za-z0-9._~+/-]{16,}=*/gi,
    keep: ([, head = '']) => head,
  },
  {
    name: 'a URL with credentials',
    form: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?!\[secret\]@)[^\s/?#@"'<>\\]{1,512}@/gi,
    keep: ([, scheme = '']) => scheme,
  },
  {
    name: 'an access key of AWS',
    form: /(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AROA|AIDA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  },
  {
    name: 'a token of GitHub',
    form: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g,
  },
  {
    name: 'a token of GitLab',
    form: /(?<![A-Za-z0-9])gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_-]{16,255}/g,
  },
  { name: 'a token of Slack', form: /(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{10,255}/g },
  { name: 'a token of npm', form: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,60}/g },
  { name: 'a token of Vault', form: /(?<![A-Za-z0-9])hv[sbr]\.[A-Za-z0-9_-]{20,512}/g },
  { name: 'a key of Google', form: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/g },
  { name: 'a key of a provider of models', form: /(?<![A-Za-z0-9])(?:sk|pk|rk)[-_][A-Za-z0-9][A-Za-z0-9_-]{15,255}/g },
  {
    name: 'a JSON web token',
    form: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,2048})?/g,
  },
];

/** The same text where nothing looks like one. */
export function withoutShapes(text: string): string {
  let out = text;
  for (const { form, keep } of shapes)
    out = out.replace(form, (...match: readonly unknown[]) => {
      const groups = match.filter((one): one is string => typeof one === 'string');
      const end = form.source.endsWith('@') ? '@' : '';
      return `${keep?.(groups) ?? ''}${mark}${end}`;
    });
  return out;
}

/** Names of what is there; a text that was cleaned has none. */
export const shapesIn = (text: string): readonly string[] =>
  shapes.filter(({ form }) => new RegExp(form.source, form.flags.replace('g', '')).test(text)).map(({ name }) => name);
