// Writes all parts of a new rule over one manifest: npm run new:rule -- check/kebab-name SUBJECT
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const [, name] = /^check\/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.exec(process.argv[2] ?? '') ?? [];
const stop = (why) => {
  console.error(why);
  process.exit(2);
};
const folder = 'src/diagnostics/catalogue/check';
const subjects = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
const subject = process.argv[3];
if (!name || !subjects.includes(subject))
  stop(`usage: npm run new:rule -- check/kebab-name SUBJECT; subjects: ${subjects.sort().join(', ')}`);
const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const rule = `src/phases/3-check/rules/${name}.ts`;
if (existsSync(rule)) stop(`${rule} is there already`);

const write = (path, text) => {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
};

write(
  rule,
  `import * as D from '../../../diagnostics/catalogue/check/${subject}.ts';
import type { Rule } from '../rule.ts';

export const ${camel}: Rule = {
  emits: [D.${camel}],
  check(manifest, { at, report }) {
    report(D.${camel}({}, { at: at(manifest.range), label: 'this text' }));
  },
};
`,
);

const catalogue = `${folder}/${subject}.ts`;
write(
  catalogue,
  `${readFileSync(catalogue, 'utf8').trimEnd()}

export const ${camel}: Definition<object> = define('check/${name}', {
  severity: 'error',
  title: 'one line for lists',
  message: () => 'what is wrong, and why it matters',
  help: 'what to do',
});
`,
);

const registry = 'src/phases/3-check/rules.ts';
const lines = readFileSync(registry, 'utf8').split('\n');
const last = lines.findLastIndex((line) => line.startsWith('import { '));
lines.splice(last + 1, 0, `import { ${camel} } from './rules/${name}.ts';`);
const end = lines.findLastIndex((line) => line.startsWith('];') || line.startsWith(']'));
lines.splice(end, 0, `  ${camel},`);
write(registry, lines.join('\n'));

const manifest = 'manifest_version: "0.4.0"\n';
write(
  `docs/diagnostics/check/${name}.md`,
  `# check/${name}

What it means and why, in a few sentences.

## Invalid

\`\`\`yaml scenario.yaml
${manifest}\`\`\`

## Valid

\`\`\`yaml scenario.yaml
${manifest}\`\`\`
`,
);
write(`golden/check/${name}/scenario.yaml`, manifest);
console.log(`\nNow: put the rule to its place in ${registry}, write the rule and the page, then
npm run fix && npm run golden:update -- check/${name}`);
