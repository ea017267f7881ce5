import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { forgetEverything } from "../testing.ts";

afterEach(() => {
  cleanup();
  forgetEverything();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
