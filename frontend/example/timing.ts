import { createStore } from "vestibule-kit";

/** One entry of a Server-Timing header: what was done, how, and how long it took in milliseconds. */
export interface Timing {
  name: string;
  desc: string;
  dur: number;
}

/** What the last answer of a downstream told; null where the server keeps it to itself. */
export const lastTimings = createStore<{ downstream: string; timings: Timing[] } | null>(null);

/** Takes what an answer tells. For the `onAnswer` of a request. */
export function noteTimings(downstream: string): (response: Response) => void {
  return (response) => {
    const header = response.headers.get("Server-Timing");
    if (header) lastTimings.set({ downstream, timings: parseServerTiming(header) });
  };
}

/** Reads `session;desc="cache";dur=0.02, token;dur=0.01` (W3C Server Timing). */
export function parseServerTiming(header: string): Timing[] {
  const entries = header.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? [];
  return entries.flatMap((entry) => {
    const [name = "", ...params] = (entry.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? []).map((part) =>
      part.trim(),
    );
    if (!name) return [];
    const value = (key: string) => params.find((param) => param.startsWith(`${key}=`))?.slice(key.length + 1);
    const desc = value("desc")?.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") ?? "";
    const dur = Number(value("dur") ?? Number.NaN);
    return Number.isFinite(dur) ? [{ name, desc, dur }] : [];
  });
}
