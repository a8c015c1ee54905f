// What is wrong with a command's words, as one sentence.

/** `cause`: what parseArgs threw. Its advice on words with a leading dash has a quote too few, and is left out. */
export function argumentFault(command: string, cause: unknown): string {
  const [what = ''] = (cause as Error).message.split('. To specify a positional argument');
  return `${command} does not understand its arguments: ${what.replace(/\.$/, '')}.`;
}
