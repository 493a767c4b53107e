// Compiles published schemas to plain code, a file each: src/language/generated/NAME.js, or into the folder that is given.
import { readFileSync } from 'node:fs';
import { codeOf, writeStandalone } from './standalone.mjs';

/** Name of the validator → its schema. */
const validators = {
  answer: 'policy-answer',
  bundle: 'support-bundle',
  contract: 'operation-contract',
  journal: 'journal',
  lock: 'lock',
  options: 'options',
  plan: 'plan',
  'plan-v2': 'plan-v2',
  record: 'operation-record',
};

const folder = process.argv[2] ?? 'src/language/generated';
for (const [name, schema] of Object.entries(validators)) {
  const schemas = { [name]: JSON.parse(readFileSync(`schemas/${schema}.schema.json`, 'utf8')) };
  await writeStandalone(folder, name, {
    code: withoutErrors(codeOf({ fits: name }, { inlineRefs: false }, schemas)),
    minify: { minify: true },
    types: `/** Whether a value fits schemas/${schema}.schema.json. */\nexport const fits: (value: unknown) => boolean;\n`,
  });
}

/**
 * Nobody is told where a value does not fit, and what would tell is most of the code: objects such as `{instancePath, schemaPath: …}`,
 * and lists of them. They are counted instead.
 */
function withoutErrors(code) {
  const counting = withoutPlaces(code)
    .replace(/const (err\d+) = \{\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}/g, '')
    .replace(
      /vErrors = vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
      'errors++;',
    )
    .replace(/if\(vErrors !== null\)\{if\((\w+)\)\{vErrors\.length = \1;\}else \{vErrors = null;\}\}/g, '')
    .replace(/\w+\.errors = (?:vErrors|\[\{\}\]);/g, '')
    .replace(/let vErrors = null;/g, '');
  if (/vErrors|\.errors\b/.test(counting)) throw new Error('ajv writes errors in a form that is not known here');
  return counting;
}

/** Arguments of functions that tell where they are go too. */
function withoutPlaces(code) {
  let rest = code;
  let kept = '';
  for (;;) {
    const start = rest.search(/\{instancePath[,:]/);
    if (start < 0) return kept + rest;
    kept += `${rest.slice(0, start)}{}`;
    rest = rest.slice(endOfObject(rest, start));
  }
}

/** Braces inside of texts do not count. */
function endOfObject(code, start) {
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    if (code[i] === '"') while (code[++i] !== '"') if (code[i] === '\\') i++;
    if (code[i] === '{') depth++;
    if (code[i] === '}' && --depth === 0) return i + 1;
  }
  throw new Error('an object without an end');
}
