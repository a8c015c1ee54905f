import type { FailureOptions, FailureParts } from '../../src/outcome/failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

/** Words that a command does not take: said with a hint at its --help. */
export class UsageError extends SystemFailure {
  constructor(what: string, options: FailureOptions & Pick<FailureParts, 'operator'> = {}) {
    super('usage', { what, operator: options.operator }, options);
  }
}
