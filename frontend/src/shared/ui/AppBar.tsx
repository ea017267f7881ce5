import type { ReactNode } from "react";
import { NavLink } from "react-router";
import classes from "./AppBar.module.css";
import { intoView } from "./intoView.ts";
import { SkipLink } from "./SkipLink.tsx";

export interface Tab {
  to: string;
  label: string;
}

/** The bar over the pages: whose they are, the ways through them, and who is here. */
export function AppBar({
  home,
  mark,
  name,
  tabs = [],
  tabsLabel = "",
  room = false,
  end,
}: {
  home: string;
  mark: ReactNode;
  name: string;
  tabs?: Tab[];
  tabsLabel?: string;
  /** There will be tabs: on a phone, where they have a line of their own, it is kept free for them. */
  room?: boolean;
  end?: ReactNode;
}) {
  return (
    <header className={classes.bar}>
      <SkipLink />
      <div className={classes.inside}>
        <a className={classes.brand} href={home}>
          {mark}
          {name}
        </a>
        {tabs.length > 0 && (
          <nav className={classes.tabs} aria-label={tabsLabel}>
            {tabs.map((tab) => (
              <NavLink key={tab.to} to={tab.to} end ref={intoView} data-label={tab.label}>
                {tab.label}
              </NavLink>
            ))}
          </nav>
        )}
        {room && <div className={`${classes.tabs} ${classes.room}`} />}
        {end && <div className={classes.end}>{end}</div>}
      </div>
    </header>
  );
}
