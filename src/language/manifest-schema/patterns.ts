/** What a pattern can say of the texts in a manifest. Each is linear: no two ways to read one text. */

const source = '(?:config|slots|item)';

/** Text in which every `${` opens a whole reference; the query is everything up to the first `}`. */
export const template: string = String.raw`^(?:[^$]|\$+[^${'$'}{]|\$+\{${source}(?:\.[^}]*)?\})*\$*$`;
/** Of a text that is a template: it is not literal. */
export const hasReference: string = String.raw`\$\{`;

const separator = String.raw`[ \t\n]`;
const quoted = String.raw`\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"`;
const lineOf = (word: string): string => String.raw`^(?:${separator}|#[^\n]*(?:\n|$)|${word}(?:${separator}|$))*$`;

/** A command line whose quotes are closed. */
export const commandLine: string = lineOf(String.raw`(?:[^ \t\n'"\\#]|${quoted})(?:[^ \t\n'"\\]|${quoted})*`);
/** A command line with at least one word. */
export const hasWord: string = String.raw`^(?:${separator}|#[^\n]*\n)*[^ \t\n#]`;

/** `${`, and what may stand in it where blanks end a word. */
const bare = String.raw`\\[^$]|\\?\$(?!\{)|\\?\$\{${source}(?:\.[^} \t\n'"\\]*)?\}`;
const inSingle = String.raw`[^'$]|\$(?!\{)|\$\{${source}(?:\.[^}'"\\]*)?\}`;
const inDouble = String.raw`[^"\\$]|\\[^$]|\\?\$(?!\{)|\\?\$\{${source}(?:\.[^}'"\\]*)?\}`;
const unit = `${bare}|'(?:${inSingle})*'|"(?:${inDouble})*"`;

/** A reference that is put together with quotes or backslashes: what it becomes is beyond a pattern. */
export const quotedReference: string = String.raw`\$['"\\]|\$\{[^}]*['"\\]`;
/** A command line whose `${` open whole references in one word. Right unless `quotedReference` matches, so then it lets pass. */
export const commandTemplate: string = `${lineOf(
  String.raw`(?:[^ \t\n'"\\#$]|${unit})(?:[^ \t\n'"\\$]|${unit})*`,
)}|${quotedReference}`;

export const when: string = String.raw`^(?:config|slots)(?:\.[^.]+)+$`;
export const each: string = String.raw`^(?:config(?:\.[^.]+)+|slots\.[^.]+)$`;

/** 0.1.0 up to 1.0.0 without pre-releases; build metadata is allowed. */
export const version: string = String.raw`^0\.[1-9]\d*\.(?:0|[1-9]\d*)(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$`;
/** Of a version that is read at all: older than 0.`minor`.0. */
export const olderThan = (minor: 2 | 3 | 4): string => String.raw`^0\.[1-${minor - 1}]\.`;

export const digest = '^sha256:[A-Za-z0-9+/]{43}=$';

export const child = '^#[^.]+$';
export const childAndName: string = String.raw`^#[^.]+\.[^.]+$`;
export const oneName = '^[^.]+$';

/** What is mounted; nothing is said of a text that holds references, nor of the empty one. */
export const mountSource: string = String.raw`^(?:config(?:\.[\s\S]*)?|(?:slots|resources)\.[\s\S]+|framework\.(?:docker|kvm))?$|\$\{`;
/** Absolute, and no part of it is `..`; nothing is said of a text that holds references, nor of the empty one. */
export const mountPath: string = String.raw`^(?:/(?!\.\.(?:/|$))[^/]*)*$|\$\{`;
export const mountName: string = String.raw`^[^.]*$|\$\{`;

/** Config keys become names of environment variables. */
export const configKey = '^[a-z](?:_?[a-z0-9])*_?$';
