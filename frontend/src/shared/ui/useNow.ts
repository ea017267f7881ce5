import { useEffect, useState } from "react";
import { serverNow } from "vestibule-kit";

/**
 * The server's time, anew every so many milliseconds, for relative times that stay true: also on a device whose
 * clock is wrong.
 */
export function useNow(every = 15_000): Date {
  const [now, setNow] = useState(() => new Date(serverNow()));
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date(serverNow())), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
