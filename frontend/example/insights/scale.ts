/** A round top for an axis that begins at zero, and the lines below it. */
export function axis(most: number): { top: number; lines: number[] } {
  if (!(most > 0)) return { top: 1, lines: [0, 1] };
  const step = niceStep(most / 3);
  const top = Math.ceil(most / step) * step;
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return { top, lines };
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function niceStep(atLeast: number): number {
  const size = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5, 10].find((factor) => factor * size >= atLeast) ?? 10) * size;
}
