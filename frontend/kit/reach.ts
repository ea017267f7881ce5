import { connection, connectionLost } from "./connection.ts";
import { askSession } from "./session.ts";

const every = 3_000;

/**
 * Notices when the browser goes offline, and while the server can't be reached asks it who is here
 * until it answers, which takes `connection` back to "up". Until what it returns is called.
 */
export function watchConnection(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const ask = () => void askSession().catch(() => {});
  const changed = () => {
    const lost = connection.get() !== "up";
    if (lost === (timer !== undefined)) return;
    clearInterval(timer);
    timer = lost ? setInterval(ask, every) : undefined;
  };
  const leave = connection.subscribe(changed);
  const back = () => void (timer !== undefined && ask());
  window.addEventListener("offline", connectionLost);
  window.addEventListener("online", back);
  changed();
  return () => {
    leave();
    clearInterval(timer);
    window.removeEventListener("offline", connectionLost);
    window.removeEventListener("online", back);
  };
}
