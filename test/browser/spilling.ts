/**
 * What is wider than the window, or than the box that it is in. Runs in the page, so it can't use what is
 * outside.
 */
export function spilling(): string[] {
  const styleOf = (element: Element) => getComputedStyle(element);
  const isCut = (element: Element | null): boolean =>
    element !== null && (styleOf(element).overflowX !== 'visible' || isCut(element.parentElement));
  const isTooWide = (element: Element) => {
    if (styleOf(element).display === 'inline') return false;
    const isOutside = element.getBoundingClientRect().right > document.documentElement.clientWidth;
    const hasOutside = element.clientWidth > 0 && element.scrollWidth > element.clientWidth;
    return isOutside || hasOutside;
  };
  return Array.from(document.body.querySelectorAll('*'))
    .filter((element) => isTooWide(element) && !isCut(element))
    .map((element) => `${element.localName} ${element.className} ${element.textContent}`);
}
