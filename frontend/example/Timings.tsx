import type { ReactNode } from "react";
import { useStore } from "vestibule-kit";
import { number } from "../src/shared/format/number.ts";
import { say } from "../src/shared/words/words.ts";
import classes from "./Timings.module.css";
import { lastTimings } from "./timing.ts";

/** Where the time of the last request went. The server only tells in development, or administrators. */
export function Timings() {
  const last = useStore(lastTimings);
  if (!last) return null;
  return (
    <footer className={classes.dev}>
      <span>{say("example.dev.only")}</span>
      {last.timings.map(({ name, desc, dur }) => {
        const spent = {
          what: name === "upstream" ? last.downstream : name,
          milliseconds: number(dur, dur < 1 ? 2 : 1),
          code: (text: ReactNode) => <code>{text}</code>,
          b: (text: ReactNode) => <b>{text}</b>,
        };
        return (
          <span key={name}>
            {desc
              ? say.rich("example.dev.spent_how", { ...spent, how: inWords(desc) })
              : say.rich("example.dev.spent", spent)}
          </span>
        );
      })}
    </footer>
  );
}

function inWords(desc: string): string {
  switch (desc) {
    case "cache":
    case "database":
    case "cached":
    case "issued":
      return say(`example.dev.${desc}`);
    default:
      return desc;
  }
}
