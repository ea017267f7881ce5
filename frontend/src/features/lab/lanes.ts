import { type LaneName, type Line, of, type Probe } from "./lines.ts";

export const laneNames: LaneName[] = ["cookie", "feed", "signature"];

/** One way to show who one is, and what became of it after the end. */
export interface Lane {
  name: LaneName;
  before: Probe[];
  after: Probe[];
  /** How many were let in after the end, and when the last of them was answered. */
  letIn: number;
  lastLetIn: number;
  /** The first answer from which on nobody was let in; null while the last one was. */
  refusedFrom: number | null;
}

export function lanesOf(lines: Line[]): Lane[] {
  const probes = of(lines, "probe");
  return laneNames.map((name) => {
    const own = probes.filter((probe) => probe.lane === name);
    const after = own.filter((probe) => !probe.before);
    const last = after.findLastIndex((probe) => probe.admitted);
    return {
      name,
      before: own.filter((probe) => probe.before),
      after,
      letIn: after.filter((probe) => probe.admitted).length,
      lastLetIn: after[last]?.at_ms ?? 0,
      refusedFrom: after[last + 1]?.at_ms ?? null,
    };
  });
}

/** Where things stand on the axis, in per cent: what came before, the end, and then a logarithm. */
const endAt = 13;
const firstTick = 15.2;
const lastAt = 98;

export interface Axis {
  end: number;
  x: (milliseconds: number) => number;
  /** Evenly, before the end. */
  before: (n: number, of: number) => number;
  ticks: { at: number; milliseconds: number; minor: boolean }[];
}

const marks: [milliseconds: number, minor: boolean][] = [
  [1, false],
  [10, true],
  [100, false],
  [1_000, false],
  [10_000, false],
  [60_000, true],
  [300_000, false],
  [900_000, false],
];

/** From a millisecond to a little after the moment when no token can be good any more. */
export function axisTo(leewayOver: number): Axis {
  const most = Math.log10(Math.max(leewayOver, 60_000) * 1.15);
  const x = (milliseconds: number) => {
    if (milliseconds <= 1) return endAt + Math.max(0, milliseconds) * (firstTick - endAt);
    return Math.min(firstTick + (Math.log10(milliseconds) / most) * (lastAt - firstTick), lastAt + 1);
  };
  const ticks = marks
    .filter(([milliseconds]) => Math.log10(milliseconds) <= most)
    .map(([milliseconds, minor]) => ({ milliseconds, minor, at: x(milliseconds) }));
  return { end: endAt, x, before: (n, of) => 1.3 + (n / Math.max(1, of)) * (endAt - 2), ticks };
}
