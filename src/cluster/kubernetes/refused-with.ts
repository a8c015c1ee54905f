// Asks a failure what the API server answered.
import { ApiRefusal } from './api-refusal.ts';

export function isRefusedWith(error: unknown, status: number): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ApiRefusal && cause.status === status;
}
