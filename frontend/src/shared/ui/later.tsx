import { type ComponentType, lazy, useEffect, useState } from "react";
import { connection, connectionLost, NetworkError } from "vestibule-kit";
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

const reload = () => window.location.reload();

function Away() {
  const [helpless] = useState(justReloaded);
  useEffect(() => {
    if (helpless) return;
    return connection.subscribe(() => {
      if (connection.get() === "up") reload();
    });
  }, [helpless]);
  const why = "The code of this page could not be had.";
  const error = helpless ? new Error(why) : new NetworkError(why);
  return <Failed heading="h1" title={say("shared.failed.page")} error={error} retry={reload} />;
}

const soon = 30_000;

/** Loading anew has not helped: from here on only a person tries again. */
function justReloaded(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload" && performance.now() < soon;
}
