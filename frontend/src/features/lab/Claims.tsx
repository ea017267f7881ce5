import { say } from "../../shared/words/words.ts";
import classes from "./lab.module.css";

/** What a token says, as anyone can read it: its head and its claims, without its signature. */
export function Claims({ head, claims }: { head: Record<string, unknown>; claims: Record<string, unknown> }) {
  return (
    <details className={classes.claims}>
      <summary>{say("lab.claims", { n: Object.keys(claims).length })}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0}>
        <code>{`${JSON.stringify(head)}\n${JSON.stringify(claims, null, 2)}`}</code>
      </pre>
    </details>
  );
}
