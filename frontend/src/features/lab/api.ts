import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { apiFetch, apiStream } from "vestibule-kit";
import { ofQuery } from "../../shared/api/ofQuery.ts";
import type { Line } from "./lines.ts";
import { linesOf } from "./stream.ts";

export const experiments = ["revoke", "cost", "scale", "theft", "anatomy"] as const;
export type Experiment = (typeof experiments)[number];

/** What a person may choose before a run. */
export interface Options {
  requests?: number;
  rate?: number;
  sessions?: number;
}

/** Whether the lab is there: it runs under `vestibule dev` alone. */
export function useLab() {
  return useQuery({
    queryKey: ["lab"],
    queryFn: (asked) => apiFetch<{ service: string; database: boolean }>("/api/lab/", ofQuery(asked)),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** One experiment, as far as it has got. */
export interface Run {
  state: "none" | "running" | "stopped" | "over";
  lines: Line[];
  /** Why it failed, where the request did; an experiment that fails says so in its last line. */
  error: Error | null;
}

type Step = { begin: true } | { lines: Line[] } | { stop: true } | { end: true } | { error: Error };

/** How long a run can't be stopped, in milliseconds: the second of two quick clicks lands on Stop. */
const settled = 500;

const nothing: Run = { state: "none", lines: [], error: null };

function next(run: Run, step: Step): Run {
  if ("begin" in step) return { ...nothing, state: "running" };
  if (run.state !== "running") return run;
  if ("stop" in step) return { ...run, state: "stopped" };
  if ("lines" in step) return { ...run, lines: [...run.lines, ...step.lines] };
  return { ...run, state: "over", error: "error" in step ? step.error : null };
}

/**
 * Runs an experiment, and gives what it tells as it happens. It ends when it is stopped, when another one
 * begins, and when one leaves: then the service ends what it had begun.
 */
export function useRun(experiment: Experiment) {
  const [run, step] = useReducer(next, nothing);
  const underWay = useRef<AbortController | null>(null);
  const began = useRef(0);
  useEffect(() => () => underWay.current?.abort(), []);

  const start = useCallback(
    async (options: Options = {}) => {
      underWay.current?.abort();
      const own = new AbortController();
      underWay.current = own;
      began.current = performance.now();
      const tell = (what: Step) => own === underWay.current && step(what);
      step({ begin: true });
      try {
        const answer = await apiStream(`/api/lab/runs/${experiment}`, {
          method: "POST",
          body: options,
          signal: own.signal,
        });
        await linesOf(answer, (lines) => tell({ lines }));
        tell({ end: true });
      } catch (error) {
        tell({ error: error instanceof Error ? error : new Error(String(error)) });
      }
    },
    [experiment],
  );
  const stop = useCallback(() => {
    if (performance.now() - began.current < settled) return;
    underWay.current?.abort();
    underWay.current = null; // what still comes of it is not heard
    step({ stop: true });
  }, []);
  return { run, start, stop };
}
