// Elements are made here and nowhere else, with text as text: the page never turns a string into markup.

type Attributes = Readonly<Record<string, string>>;
type Content = Node | string;

/** Makes an element; strings become text nodes. */
export function make(tag: string, attributes: Attributes, ...contents: readonly Content[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...contents);
  return element;
}

export function code(text: string): HTMLElement {
  return make('code', {}, text);
}

/** A sign beside words that say the same, so it is hidden from screen readers. */
export function sign(path: string): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'sign');
  svg.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS(namespace, 'path');
  for (const [name, value] of Object.entries({ d: path, ...strokeStyle })) stroke.setAttribute(name, value);
  svg.append(stroke);
  return svg;
}

const strokeStyle: Attributes = {
  fill: 'none',
  stroke: 'currentcolor',
  'stroke-width': '2.5',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
};

/** @throws when the page lacks the element: script and page are then not of one making. */
export function find<Element extends HTMLElement>(id: string, type: new () => Element): Element {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`help-page.js: this page has no ${type.name} with the id "${id}"; make the page again`);
}
