// @ts-check
/** Changes nothing: every edge that no rule allows is a finding, and so is a rule that allows nothing. */
import { edgesOf, fits, servePolicy } from '../lib/policy.mjs';

/** @typedef {{ from: string, to: string, kind?: string }} Rule */
/** @type {{ allow: Rule[], severity: 'error' | 'warning' | 'info' }} */
const { allow, severity } = JSON.parse(process.env['CONFIG'] ?? '{}');

servePolicy((scope) => {
  const unused = new Set(allow.keys());
  /** @type {import('../lib/policy.mjs').Finding[]} */
  const findings = [];
  for (const { id, name, from, to, capability } of edgesOf(scope)) {
    const [source, target] = [from || 'outside', to || 'outside'];
    const allowing = [...allow.entries()].filter(
      ([, rule]) =>
        fits(rule.from, source) && fits(rule.to, target) && (rule.kind === undefined || rule.kind === capability.kind),
    );
    for (const [index] of allowing) unused.delete(index);
    if (allowing.length > 0) continue;
    const message = 'no rule allows the edge `' + name + '`: ' + capability.kind + ' from ' + source + ' to ' + target;
    findings.push({ severity, code: 'not-allowed', message, edge: id });
  }
  for (const index of unused) {
    const { from, to, kind } = allow[index] ?? { from: '', to: '' };
    const message = 'no edge fits rule ' + index + ': ' + (kind ?? 'any kind') + ' from ' + from + ' to ' + to;
    findings.push({ severity: 'warning', code: 'unused-rule', message });
  }
  return { interpositions: [], findings };
});
