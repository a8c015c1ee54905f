// The JSON that config prints, read as Go reads it: any case of a key, unknown keys ignored, null as absent, types exact
// (executors/custom/api/config.go). What is wrong with it is told in JavaScript's words.
import { z } from 'zod';
import { type Failure, systemFailure } from './failure.ts';

const answerSchema = inAnyCase({
  driver: inAnyCase({
    name: z.string().exactOptional(),
    version: z.string().exactOptional(),
  }).exactOptional(),
  hostname: z.string().exactOptional(),
  builds_dir: z.string().exactOptional(),
  cache_dir: z.string().exactOptional(),
  builds_dir_is_shared: z.boolean().exactOptional(),
  job_env: z
    .record(
      z.string(),
      z
        .string()
        .nullable()
        .transform((value) => value ?? ''),
    )
    .exactOptional(),
  shell: z.string().exactOptional(),
});

export type ConfigAnswer = Readonly<z.output<typeof answerSchema>>;

export type ReadAnswer = { readonly answer: ConfigAnswer } | { readonly failure: Failure };

export function readConfigAnswer(text: string): ReadAnswer {
  if (text === '') return { answer: {} };
  try {
    return { answer: answerSchema.parse(JSON.parse(text)) };
  } catch (error) {
    return { failure: systemFailure(`error while parsing JSON output: ${reasonOf(error)}`) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const [issue] = error.issues;
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}

/** Of two spellings of a key the last one counts. */
function inAnyCase<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => (isObject(value) ? lowerKeys(value) : (value ?? {})), z.object(shape));
}

function lowerKeys(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(present.map(([key, field]) => [key.toLowerCase(), field]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
