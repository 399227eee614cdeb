/** What an element may be given: text, other elements, or nothing. */
export type Child = Node | string | undefined;

/** Makes an element. `kind` is its name and classes, as a selector writes them: `span.octet.key`. */
export function element(kind: string, ...children: readonly Child[]): HTMLElement {
  const [name, ...classes] = kind.split('.');
  const made = document.createElement(name!);
  if (classes.length > 0) made.className = classes.join(' ');
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The element of the page with that id. */
export function byId<Element extends HTMLElement = HTMLElement>(id: string): Element {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as Element;
}
