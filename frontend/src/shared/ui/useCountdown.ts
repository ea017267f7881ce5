import { useEffect, useState } from "react";

/**
 * Seconds left of the wait that an error asks for, from when it came; 0 once that is over, or where
 * it asks for none. A new error begins a new wait, even of the same length.
 */
export function useCountdown(error: { retryAfter: number | null } | null): number {
  const [left, setLeft] = useState(error?.retryAfter ?? 0);
  useEffect(() => {
    const seconds = error?.retryAfter ?? 0;
    setLeft(seconds);
    if (seconds === 0) return;
    const end = Date.now() + seconds * 1000;
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(now);
      if (now === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}
