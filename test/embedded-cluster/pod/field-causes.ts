// What is wrong with one field, as the API server's validation says it.
import type { StatusCause } from '../api/status.ts';

export type Causes = Required<StatusCause>[];

export const invalidValue = (field: string, value: unknown, why: string): Required<StatusCause> => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});

export const required = (field: string, why: string): Required<StatusCause> => ({
  reason: 'FieldValueRequired',
  field,
  message: `Required value${why && `: ${why}`}`,
});

export const duplicate = (field: string, value: string): Required<StatusCause> => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${JSON.stringify(value)}`,
});
