import { useStore } from "vestibule-kit";
import classes from "./Timings.module.css";
import { lastTimings } from "./timing.ts";

const words: Record<string, string> = {
  cache: "from the cache",
  database: "from the database",
  cached: "used again",
  issued: "newly issued",
};

/** Where the time of the last request went. The server only tells in development, or administrators. */
export function Timings() {
  const last = useStore(lastTimings);
  if (!last) return null;
  return (
    <footer className={classes.dev}>
      <span>Development only</span>
      {last.timings.map(({ name, desc, dur }) => (
        <span key={name}>
          {name === "upstream" ? last.downstream : name} <b>{milliseconds(dur)} ms</b>
          {desc && `, ${words[desc] ?? desc}`}
        </span>
      ))}
    </footer>
  );
}

function milliseconds(dur: number): string {
  return dur < 1 ? dur.toFixed(2) : dur.toFixed(1);
}
