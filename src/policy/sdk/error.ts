/**
 * What was wrong:
 * - `request`: the question is not one (caller's fault, status 400)
 * - `selection`, `config`, `edge`, `interposer`, `finding`, `decision`: the policy asked for what cannot be (status 500)
 */
export type PolicyErrorCode =
  | 'request'
  | 'selection'
  | 'config'
  | 'edge'
  | 'interposer'
  | 'finding'
  | 'decision'
  | 'options';

/** Thrown by everything in this module. */
export class PolicyError extends Error {
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, message: string) {
    super(message);
    this.name = 'PolicyError';
    this.code = code;
  }
}
