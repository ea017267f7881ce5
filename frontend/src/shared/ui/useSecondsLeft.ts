import { useEffect, useState } from "react";

/** Whole seconds until a time by the clock of this device, anew each second; never below 0. */
export function useSecondsLeft(until: Date): number {
  const at = until.getTime();
  const [left, setLeft] = useState(() => seconds(at));
  useEffect(() => {
    setLeft(seconds(at));
    const timer = setInterval(() => setLeft(seconds(at)), 250);
    return () => clearInterval(timer);
  }, [at]);
  return left;
}

function seconds(at: number): number {
  return Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
