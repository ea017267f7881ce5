import classes from "./lab.module.css";
import { partsOf } from "./length.ts";

/** A length of time that is the answer: the number large, its unit beside it. Its room is kept. */
export function Figure({ milliseconds }: { milliseconds: number | null }) {
  return (
    <p className={classes.figure}>
      {milliseconds === null
        ? "–"
        : partsOf(milliseconds).map(({ n, unit }) => (
            <span key={unit}>
              {n} <small>{unit}</small>
            </span>
          ))}
    </p>
  );
}
