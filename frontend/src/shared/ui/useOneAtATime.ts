import { type Mutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

/**
 * Runs an act, unless what it began the last time is still under way. It asks the requests themselves:
 * `isPending` is as of the last render, which two presses in one frame both see.
 */
export function useOneAtATime(): (act: () => void) => void {
  const all = useQueryClient().getMutationCache();
  const begun = useRef<Mutation[]>([]);
  return (act) => {
    if (begun.current.some(({ state }) => state.status === "pending")) return;
    const before = new Set(all.getAll());
    act();
    begun.current = all.getAll().filter((mutation) => !before.has(mutation));
  };
}
