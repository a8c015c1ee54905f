// Searches a long list: what does not contain the text is hidden, and folded groups open where something was found.
import { find } from './elements.ts';

/** One pass over ten thousand rows takes a moment, so not for every letter. */
const searchAfterMilliseconds = 150;

export function connectSearch(): void {
  const text = find('search-text', HTMLInputElement);
  const groups = [...document.querySelectorAll<HTMLElement>('#allowed .group')].map(readGroup);
  let timer = 0;
  find('search', HTMLElement).hidden = false;
  text.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(groups, text.value.trim().toLowerCase()), searchAfterMilliseconds);
  });
}

interface Group {
  readonly element: HTMLElement;
  readonly rows: readonly { readonly element: HTMLElement; readonly text: string }[];
}

function readGroup(element: HTMLElement): Group {
  const rows = [...element.querySelectorAll('li')];
  return { element, rows: rows.map((row) => ({ element: row, text: row.textContent.toLowerCase() })) };
}

function search(groups: readonly Group[], text: string): void {
  let found = 0;
  for (const { element, rows } of groups) {
    let here = 0;
    for (const row of rows) {
      const fits = row.text.includes(text);
      row.element.hidden = !fits;
      if (fits) here += 1;
    }
    element.hidden = here === 0;
    if (element instanceof HTMLDetailsElement) element.open = text !== '' && here > 0;
    found += here;
  }
  find('search-count', HTMLElement).textContent = text === '' ? '' : countWords(found);
}

function countWords(found: number): string {
  if (found === 0) return 'No pattern contains that. A pattern may still allow the name: check it above.';
  return found === 1 ? '1 pattern' : `${found} patterns`;
}
