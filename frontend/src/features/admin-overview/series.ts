import type { Sample } from "../../shared/api/contract.ts";
import { minute } from "../../shared/format/units.ts";

/** What is drawn of one step. Rates are a second; null is "not known", never nought. */
export interface Step {
  /** When it began, in milliseconds since 1970. */
  at: number;
  browser: number | null;
  client: number | null;
  exchanges: number | null;
  cache: number | null;
  database: number | null;
  refused: number | null;
  /** The worst of the step. */
  p50: number | null;
  p99: number | null;
}

/** Tries to sign in within one minute; null where nothing was heard of it yet. */
export interface Minute {
  at: number;
  signedIn: number | null;
  failed: number | null;
}

/**
 * What was heard before and what is new, each step once. What is new rules: the last steps are told
 * again, since a replica may write late.
 */
export function merged(before: Sample[], heard: Sample[], from: number): Sample[] {
  const all = new Map([...before, ...heard].map((sample) => [Date.parse(sample.at), sample]));
  return [...all]
    .filter(([at]) => at >= from)
    .sort(([a], [b]) => a - b)
    .map(([, sample]) => sample);
}

/** Samples of `step` seconds, gathered into steps of `width` seconds, without gaps in time. */
export function steps(samples: Sample[], step: number, width: number): Step[] {
  const groups = grouped(samples, width * 1_000);
  return spread(groups, width * 1_000).map(([at, group]) => {
    const rate = (of: (sample: Sample) => number) =>
      group.length === 0 ? null : sum(group.map(of)) / (group.length * step);
    return {
      at,
      browser: last(group.map((sample) => sample.sessions_browser)),
      client: last(group.map((sample) => sample.sessions_client)),
      exchanges: rate((sample) => sample.exchanges),
      cache: rate((sample) => sample.lookups_cache),
      database: rate((sample) => sample.lookups_database),
      refused: rate((sample) => sample.lookups_refused),
      p50: worst(group.map((sample) => sample.revocation_delay_p50_ms)),
      p99: worst(group.map((sample) => sample.revocation_delay_p99_ms)),
    };
  });
}

/** Sign-ins by the minute, through the whole window. One of which the window holds only a part is left out. */
export function minutes(samples: Sample[], [from, to]: [number, number]): Minute[] {
  const groups = grouped(samples, minute);
  const first = Math.ceil(from / minute) * minute;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / minute) + 1) }, (_, i) => {
    const at = first + i * minute;
    const group = groups.get(at);
    return {
      at,
      signedIn: group ? sum(group.map((sample) => sample.sign_ins)) : null,
      failed: group ? sum(group.map((sample) => sample.sign_in_failures)) : null,
    };
  });
}

/** Whole minutes at even steps, six at most. */
export function ticks([from, to]: [number, number]): number[] {
  const step = minute * ([3, 5, 10].find((n) => to - from <= 5 * n * minute) ?? 15);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, n) => (first + n) * step);
}

function grouped(samples: Sample[], width: number): Map<number, Sample[]> {
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor(Date.parse(sample.at) / width) * width;
    groups.set(at, [...(groups.get(at) ?? []), sample]);
  }
  return groups;
}

/** Every step from the first to the last, also where nothing was heard. */
function spread(groups: Map<number, Sample[]>, width: number): [number, Sample[]][] {
  const times = [...groups.keys()];
  if (times.length === 0) return [];
  const first = Math.min(...times);
  const count = (Math.max(...times) - first) / width + 1;
  return Array.from({ length: count }, (_, i) => {
    const at = first + i * width;
    return [at, groups.get(at) ?? []];
  });
}

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function known(numbers: (number | null)[]): number[] {
  return numbers.filter((n) => n !== null);
}

/** The last that is known; null where none is. */
export function last(numbers: (number | null)[]): number | null {
  return known(numbers).at(-1) ?? null;
}

/** The first that is known; null where none is. */
export function first(numbers: (number | null)[]): number | null {
  return known(numbers)[0] ?? null;
}

/** The largest that is known; null where none is. */
export function worst(numbers: (number | null)[]): number | null {
  const all = known(numbers);
  return all.length === 0 ? null : Math.max(...all);
}

/** The mean of what is known; null where nothing is. */
export function mean(numbers: (number | null)[]): number | null {
  const all = known(numbers);
  return all.length === 0 ? null : sum(all) / all.length;
}
