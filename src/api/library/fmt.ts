/** What `headgate fmt` does with one text. */
import { type Formatted, formatText } from '../../authoring/format/index.ts';

export interface FmtInput {
  /** Its name; the ending tells YAML from JSON5 and JSON. */
  readonly file: string;
  readonly text: string;
}

/** Answers the text in the one layout, or why it is left alone. A mark of the byte order goes. */
export const fmt = ({ file, text }: FmtInput): Promise<Formatted> =>
  formatText({ file, text: text.startsWith('\uFEFF') ? text.slice(1) : text });
