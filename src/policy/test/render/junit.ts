/** A run of tests as JUnit XML, for the pages of CI systems. */
import { positionAt } from '../../../base/text.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import type { RunResult, TestResult } from '../run.ts';

export function renderJunit({ tests, sources }: RunResult): string {
  const files = [...new Set(tests.map(({ file }) => file))];
  const suites = files.map((file) => {
    const inside = tests.filter((test) => test.file === file);
    const failed = inside.filter(({ failures }) => failures.length > 0).length;
    const head = `<testsuite name="${escaped(file.source.file)}" tests="${inside.length}" failures="${failed}">`;
    return [`  ${head}`, ...inside.map((test) => testCase(test, sources)), '  </testsuite>'].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headgate policy test">\n${suites.join('\n')}\n</testsuites>\n`;
}

function testCase({ file, test, failures }: TestResult, sources: RunResult['sources']): string {
  const line = positionAt(file.source, test.nameRange.start).line + 1;
  const name = escaped(file.source.file);
  const head = `<testcase name="${escaped(test.name)}" classname="${name}" file="${name}" line="${line}"`;
  if (failures.length === 0) return `    ${head}/>`;
  const message = escaped(failures.map((failure) => failure.message).join('; '));
  return `    ${head}>\n      <failure message="${message}">${escaped(renderText(failures, sources))}</failure>\n    </testcase>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no form for most control characters. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => entities[character] as string)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
