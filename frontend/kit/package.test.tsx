// @vitest-environment node
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { renderToString } from "react-dom/server";
import { build, type Rolldown } from "vite";
import { expect, test, vi } from "vitest";
import { SessionProvider, useDraft, useExpiry, useSession } from "./index.ts";
import config from "./vite.config.ts";

const here = (path: string) => new URL(path, import.meta.url);
const most = 5_000;

test("the kit is under 5 KB as sent, and needs React and nothing else", async () => {
  vi.stubEnv("NODE_ENV", "production"); // without it, the development build of what JSX becomes
  const built = await build({
    configFile: false,
    mode: "production",
    logLevel: "silent",
    build: {
      ...config.build,
      write: false,
      lib: { entry: here("index.ts").pathname, formats: ["es"], fileName: "index" },
      // As an app's build sends it; a library's is left with its white space.
      rolldownOptions: { ...config.build?.rolldownOptions, output: { minify: true } },
    },
  });
  const [{ output }] = built as [Rolldown.RolldownOutput];
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual(["react", "react/jsx-runtime"]);
  expect(brotliCompressSync(output[0].code).length).toBeLessThan(most);
  vi.unstubAllEnvs();
});

test("a server draws what is there before anybody is known", () => {
  const Here = () => `${useSession().status} ${useExpiry()} ${useDraft("note")[0]}`;
  const page = (
    <SessionProvider>
      <Here />
    </SessionProvider>
  );
  expect(renderToString(page)).toBe("loading null null");
});

test("the package names what it needs and what it gives", () => {
  const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync(here("package.json"), "utf8"));
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies)).toEqual(["react"]);
  expect(Object.keys(exports)).toEqual([".", "./testing"]);
});

const readmes = ["README.md", "../../README.md", "../../.github/README.zh-CN.md"];

test.each(readmes)("%s shows the example that is compiled and run, in twenty lines", (readme) => {
  const [, shown] = /```tsx\n([\s\S]*?)```/.exec(readFileSync(here(readme), "utf8")) ?? [];
  expect(shown).toBe(readFileSync(here("example.tsx"), "utf8"));
  expect(shown?.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
});
