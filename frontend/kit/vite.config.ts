import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The kit as a package: `npm pack` here makes one that any bundler reads. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  build: {
    target: "es2023",
    lib: { entry: ["index.ts", "testing.ts"], formats: ["es"] },
    rolldownOptions: { external: ["react", "react/jsx-runtime"] },
  },
});
