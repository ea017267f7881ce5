import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export interface Fact {
  name: string;
  value: ReactNode;
  more?: ReactNode;
}

/** What is known of one thing, line by line. */
export function Facts({
  facts,
  foot,
  within = false,
}: {
  facts: Fact[];
  foot?: ReactNode;
  /** In a door: from edge to edge of it, instead of in a panel. */
  within?: boolean;
}) {
  return (
    <div className={within ? classes.within : classes.panel}>
      <dl className={classes.facts}>
        {facts.map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>
              {fact.value}
              {fact.more && <small>{fact.more}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {foot && <div className={classes.foot}>{foot}</div>}
    </div>
  );
}
