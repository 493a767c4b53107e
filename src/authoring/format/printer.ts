/** The one style: prettier's defaults, whatever a `.prettierrc` says. */
import type { Options, Plugin } from 'prettier';

/** `json` quotes every key and has no trailing commas; `json5-quoted` leaves the quotes of keys as they are. */
export type Layout = 'yaml' | 'json5' | 'json5-quoted' | 'json';

export type Print = (text: string) => Promise<string>;

/** Loads what a layout needs when it is first asked for. What is returned throws what the library throws. */
export async function loadPrinter(layout: Layout): Promise<Print> {
  const [{ format }, plugins] = await Promise.all([import('prettier/standalone'), pluginsFor(layout)]);
  return (text) => format(text, { ...style(text, layout), plugins: plugins as unknown[] as Plugin[] });
}

const pluginsFor = (layout: Layout): Promise<readonly unknown[]> =>
  layout === 'yaml'
    ? Promise.all([import('prettier/plugins/yaml')])
    : Promise.all([import('prettier/plugins/babel'), import('prettier/plugins/estree')]);

/** Lines end as the first one does. */
function style(text: string, layout: Layout): Options {
  const endOfLine = /^[^\n]*\r\n/.test(text) ? 'crlf' : 'lf';
  return layout === 'json5-quoted'
    ? { endOfLine, parser: 'json5', quoteProps: 'preserve' }
    : { endOfLine, parser: layout };
}
