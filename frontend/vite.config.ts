import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./vite.compressed.ts";
import { hinted } from "./vite.hinted.ts";
import { browsers, resolve } from "./vite.shared.ts";
import { words } from "./words.plugin.ts";

/** The built-in pages, under /account/. The example app has its own: example/vite.config.ts. */
export default defineConfig({
  base: "/account/",
  plugins: [words(), react(), hinted("react", "begin", "first"), compressed()],
  resolve,
  build: { ...browsers, outDir: "dist/account", emptyOutDir: true },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:8080/account/" } },
    projects: [
      project("pages", ["src", "example"], ["kit/test/setup.ts", "src/shared/test/setup.ts"]),
      project("kit", ["kit"], ["kit/test/setup.ts"]), // which knows nothing of the pages
    ],
    testTimeout: 20_000, // a busy machine fails no test
    // One environment for all files of a project, three times as quick: what a page remembers is forgotten
    // before each test (see the setup files).
    isolate: false,
    maxWorkers: "100%", // nothing else runs beside them
    onConsoleLog: (log) => !ofTheEnvironment.some((words) => log.includes(words)),
    env: { TZ: "UTC" },
    server: { deps: { inline: ["use-intl"] } }, // or the plugin's alias does not reach it
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});

/** What libraries say of happy-dom, which draws nothing: no element can take the focus, and `<search>` is unknown. */
const ofTheEnvironment = ["[@mantine/hooks/use-focus-trap]", "The tag <search> is unrecognized"];

function project(name: string, folders: string[], setupFiles: string[]) {
  const include = folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`);
  return { extends: true as const, test: { name, include, setupFiles } };
}
