import { say } from "../words/words.ts";
import classes from "./SkipLink.module.css";

/** The first thing that Tab reaches: past the bar, to the page. Seen only then. */
export function SkipLink() {
  return (
    <a className={classes.skip} href="#page">
      {say("shared.bar.skip")}
    </a>
  );
}
