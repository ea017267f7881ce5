import { type Line, of, type WayName } from "./lines.ts";

const perDecade = 6;
const leastExponent = -2; // 0.01 ms
const decades = 4; // to 100 ms

/** The edges of the bins, in milliseconds: even on a logarithm. What lies outside is in the outermost. */
export const edges = Array.from(
  { length: perDecade * decades + 1 },
  (_, n) => 10 ** (leastExponent + n / perDecade),
);

export interface Bin {
  /** From, in milliseconds: "0.01", "0.015". */
  from: string;
  n: number;
}

export function bins(took: number[]): Bin[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const ms of took) {
    const bin = Math.floor((Math.log10(ms) - leastExponent) * perDecade);
    const within = Math.min(Math.max(Number.isFinite(bin) ? bin : 0, 0), counts.length - 1);
    counts[within] = (counts[within] ?? 0) + 1;
  }
  return counts.map((n, i) => ({ from: String(Number((edges[i] ?? 0).toPrecision(2))), n }));
}

/** All that each way took so far. */
export function tookOf(lines: Line[]): Map<WayName, number[]> {
  const took = new Map<WayName, number[]>();
  for (const { took_ms } of of(lines, "timings")) {
    for (const [way, some] of Object.entries(took_ms) as [WayName, number[]][])
      took.set(way, [...(took.get(way) ?? []), ...some]);
  }
  return took;
}

/** The value that a share of all are not above; null for none. */
export function quantile(all: number[], share: number): number | null {
  if (all.length === 0) return null;
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? null;
}
