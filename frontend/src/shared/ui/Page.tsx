import type { ReactNode } from "react";
import classes from "./Page.module.css";

/** A page's name, a sentence about it, and what one can do to all of it. */
export function PageHead({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes.head}>
      <div>
        <h1>{title}</h1>
        {children && <p>{children}</p>}
      </div>
      {action}
    </div>
  );
}

/** A sentence that is not known yet, about as long as it will be. */
export function Pending({ children }: { children: string }) {
  return (
    <span className={classes.pending} aria-hidden="true">
      {children}
    </span>
  );
}

/** A part of a page under its own heading, and a way from there. */
export function Section({ title, way, children }: { title: string; way?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2>{title}</h2>
        {way}
      </div>
      {children}
    </section>
  );
}

/** What may be skipped, below what it belongs to, and a way from there. */
export function Foot({ children, way }: { children: ReactNode; way?: ReactNode }) {
  return (
    <div className={classes.foot}>
      <p>{children}</p>
      {way}
    </div>
  );
}
