import { locale } from "../words/language.ts";
import { say } from "../words/words.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** A number with at most so many digits after the point: "1,284", "0.3". */
export function count(n: number, digits = 0): string {
  const name = `${locale()} ${digits}`;
  const found = formats.get(name) ?? new Intl.NumberFormat(locale(), { maximumFractionDigits: digits });
  formats.set(name, found);
  return found.format(n);
}

/** Three digits that mean something, for what may be small or large: "0.31", "4.2", "318". */
export function figure(n: number): string {
  return count(n, n < 1 ? 2 : n < 10 ? 1 : 0);
}

/** "4.2 ms", "1.9 s"; "–" where it is not known. */
export function took(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  return milliseconds >= 1_000
    ? say("admin.unit.s", { n: figure(milliseconds / 1_000) })
    : say("admin.unit.ms", { n: figure(milliseconds) });
}

/** "0.4 %"; "–" where it is not known. */
export function percent(n: number | null): string {
  return n === null ? "–" : say("admin.unit.percent", { n: figure(n) });
}

const units = ["b", "kb", "mb", "gb"] as const;

/** "10 MB": a limit as people read it, in powers of 1024. */
export function bytes(n: number): string {
  const power = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(n) / 10));
  return say(`admin.unit.${units[power] ?? "b"}`, { n: figure(n / 1024 ** power) });
}
