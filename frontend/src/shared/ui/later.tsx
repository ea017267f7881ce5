import { type ComponentType, lazy, useEffect, useState } from "react";
import { connection, connectionLost } from "vestibule-kit";
import { type Area, bring, say } from "../words/words.ts";
import { Failed } from "./Failed.tsx";

/**
 * A part of the app whose code is loaded when it is first opened, with the areas of the catalogue that
 * it speaks from. Where the code can't be had, since
 * the server is away or has a newer version, that is said in its place, and the page is loaded anew
 * as soon as the server answers: browsers remember a failed import, so another one would not help.
 */
export function later<Props>(load: () => Promise<ComponentType<Props>>, ...areas: Area[]) {
  return lazy(async () => {
    try {
      const [component] = await Promise.all([load(), bring(...areas)]);
      return { default: component };
    } catch {
      connectionLost();
      return { default: Away as ComponentType<Props> };
    }
  });
}

function Away() {
  const [wait] = useState(untilAgain);
  useEffect(() => {
    let due = wait === 0;
    const goOn = () => due && connection.get() === "up" && reload();
    const timer = setTimeout(() => {
      due = true;
      goOn();
    }, wait);
    const leave = connection.subscribe(goOn);
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [wait]);
  return (
    <Failed
      heading="h1"
      title={say("shared.failed.page")}
      text={say(wait > 0 ? "shared.failed.code" : "shared.failed.away")}
      retry={reload}
    />
  );
}

/** Where this page says when it last loaded itself anew. A person's own doing does not count. */
const place = "vestibule.reloaded";

function reload(): void {
  try {
    sessionStorage.setItem(place, String(Date.now()));
  } catch {
    // See untilAgain.
  }
  window.location.reload();
}

const least = 30_000;

/** Milliseconds until the page may load itself anew: 0, unless it has just done so and that has not helped. */
function untilAgain(): number {
  return Math.max(0, lastReload() + least - Date.now());
}

function lastReload(): number {
  try {
    return Number(sessionStorage.getItem(place));
  } catch {
    return performance.timeOrigin; // a browser that keeps nothing: each time may have been one
  }
}
