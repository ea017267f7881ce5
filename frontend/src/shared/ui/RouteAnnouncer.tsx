import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { Hidden } from "./Hidden.tsx";

/**
 * A new page in a single-page app is silent by itself: this gives it its title, says so, and moves
 * the focus to its beginning. The first page is announced by the browser.
 */
export function RouteAnnouncer({ title, site }: { title: string; site: string }) {
  const { pathname } = useLocation();
  const first = useRef(true);
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    document.title = `${title} · ${site}`;
  }, [title, site]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path is a new page
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    setMoved(true);
    window.scrollTo(0, 0);
    document.getElementById("page")?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div aria-live="polite">
      <Hidden>{moved && title}</Hidden>
    </div>
  );
}
