import { configure } from "@testing-library/react";
import { beforeEach, vi } from "vitest";
import { bring, open } from "../words/words.ts";

open(import.meta.glob(["../../words/*.ts", "../../../example/words/*.ts"]));
await bring("shared", "door", "approval", "account", "admin", "lab", "example");

// Something that never comes fails a test; a busy machine does not.
configure({ asyncUtilTimeout: 4_000 });

// The words for times are in the zone of the device; tests have one of their own.
process.env.TZ = "UTC";

beforeEach(() => {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      close() {}
    },
  );
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
});
