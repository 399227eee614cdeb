/**
 * The texts whose contrast is below what WCAG 2.2 asks (§1.4.3), with their ratio. Runs in the page,
 * so it can't use what is outside. What can't be used at the moment may be faint.
 */
export function faintTexts(): string[] {
  const rgba = (colour: string) => colour.match(/[\d.]+/g)!.map(Number);
  const luminance = (colour: number[]) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const behind = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const colour = rgba(getComputedStyle(element).backgroundColor);
    return colour[3] === 0 ? behind(element.parentElement) : colour;
  };
  const contrast = (element: Element) => {
    const [one, other] = [
      luminance(rgba(getComputedStyle(element).color)),
      luminance(behind(element)),
    ];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const hasText = (element: Element) =>
    Array.from(element.childNodes).some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '',
    );
  return Array.from(document.body.querySelectorAll('*'))
    .filter((element) => hasText(element) && !element.closest(':disabled'))
    .filter((element) => contrast(element) < 4.5)
    .map(
      (element) => `${contrast(element).toFixed(2)} ${element.className} ${element.textContent}`,
    );
}
