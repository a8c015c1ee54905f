// Hides what follows a known token prefix (GitLab Runner: buildlogger/internal/tokensanitizer).
import { uniqueByLength } from './mask-values.ts';
import { mask, openEnd, type Sink } from './sink.ts';

const alwaysMasked = ['glpat-'];
/** Hidden too unless FF_MASK_ALL_DEFAULT_TOKENS is off. */
const defaultPrefixes = [
  'gloas-',
  'gldt-',
  'glrt-',
  'glcbt-',
  'glrtr-',
  'glptt-',
  'glft-',
  'glimt-',
  'glagent-',
  'glsoat-',
  'glffct-',
  '_gitlab_session=',
  'gltok-',
];
/** GitLab Runner takes no more than this and drops the longest ones in silence. */
const maxPrefixes = 15;
const tokenCharacters = /^[-.0-9A-Za-z_=]*/;

export function maskTokens(
  next: Sink,
  { prefixes, defaults }: { readonly prefixes: readonly string[]; readonly defaults: boolean },
): Sink {
  const all = uniqueByLength([...prefixes, ...alwaysMasked, ...(defaults ? defaultPrefixes : [])]);
  return all.slice(0, maxPrefixes).reduce(maskToken, next);
}

function maskToken(next: Sink, prefix: string): Sink {
  let held = '';
  /** Inside a token: its prefix was written; `hidden` once a character of it was dropped. */
  let inside = false;
  let hidden = false;

  /** Drops the token's characters at the beginning of `text`; true when the token ended there. */
  const skipToken = (text: string): string => {
    const token = tokenCharacters.exec(text)?.[0] ?? '';
    hidden ||= token !== '';
    const rest = text.slice(token.length);
    if (rest === '') return '';
    if (hidden) next.write(mask);
    inside = false;
    hidden = false;
    return rest;
  };

  const scan = (text: string): void => {
    let rest = inside ? skipToken(text) : text;
    while (rest !== '') {
      const start = rest.indexOf(prefix);
      if (start === -1) break;
      next.write(rest.slice(0, start + prefix.length));
      inside = true;
      rest = skipToken(rest.slice(start + prefix.length));
    }
    held = inside ? '' : openEnd(rest, prefix);
    const ready = rest.slice(0, rest.length - held.length);
    if (ready !== '') next.write(ready);
  };

  return {
    write(chunk) {
      if (chunk === mask && held === '' && !inside) {
        next.write(chunk);
        return;
      }
      const text = held + chunk;
      held = '';
      scan(text);
    },
    close() {
      if (hidden) next.write(mask);
      else if (held !== '') next.write(held);
      next.close();
    },
  };
}
