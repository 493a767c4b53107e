import { formatText } from '../../../../src/authoring/format/index.ts';

type Load = Parameters<typeof formatText>[1];

/** The formatted text. */
export async function formatted(file: string, text: string): Promise<string> {
  const result = await formatText({ file, text });
  if ('text' in result) return result.text;
  throw new Error(`${result.diagnostics[0]?.message}\n${text}`);
}

/** `code harm-or-message @ marked text` of each reason to leave a text alone. */
export async function refused(file: string, text: string, load?: Load): Promise<readonly string[]> {
  const result = await formatText({ file, text }, load);
  if ('text' in result) throw new Error(`it is formatted:\n${result.text}`);
  return result.diagnostics.map(({ code, message, at }) => {
    const marked = at ? text.slice(at.range.start, at.range.end) : 'nowhere';
    return `${code} ${message.replace(/, so `.*$/s, '')} @ ${marked}`;
  });
}
