// Hides the values of well-known secret parameters of URLs (GitLab Runner: buildlogger/internal/urlsanitizer).
import { mask, type Sink } from './sink.ts';

const secretParameters = new Set([
  'private_token',
  'authenticity_token',
  'rss_token',
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-security-token',
]);
const maxNameLength = Math.max(...[...secretParameters].map((name) => name.length));
const parameterEnd = /[?&\s\u0000-\u001f\u007f]/;

export function maskUrlParameters(next: Sink): Sink {
  let held = '';
  let masking = false;

  /** Everything of `text` whose meaning is known is written; the rest comes back. */
  const scan = (text: string): string => {
    let rest = text;
    while (rest !== '') {
      if (masking) {
        const end = rest.search(parameterEnd);
        if (end === -1) return '';
        next.write(mask);
        masking = false;
        rest = rest.slice(end);
      }
      const start = rest.search(/[?&]/);
      if (start === -1) break;
      const name = /^[?&]([^=?&]*)(=?)/.exec(rest.slice(start));
      const [whole = '', key = '', equals = ''] = name ?? [];
      const isOpen = equals === '' && start + whole.length === rest.length && key.length <= maxNameLength;
      const ready = isOpen ? rest.slice(0, start) : rest.slice(0, start + whole.length);
      if (ready !== '') next.write(ready);
      if (isOpen) return whole;
      masking = equals === '=' && secretParameters.has(key.toLowerCase());
      rest = rest.slice(ready.length);
    }
    if (rest !== '') next.write(rest);
    return '';
  };

  return {
    write(chunk) {
      held = scan(held + chunk);
    },
    close() {
      if (masking) next.write(mask);
      if (held !== '') next.write(held);
      next.close();
    },
  };
}
