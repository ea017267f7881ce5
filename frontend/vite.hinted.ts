import type { Plugin } from "vite";

/**
 * Has Chromium compile the code of the first page while it loads it, beside the page's own thread, and
 * not function by function as each is called: most of it is called at once. To others it is a comment.
 */
export function hinted(...chunks: string[]): Plugin {
  return {
    name: "hinted",
    apply: "build",
    generateBundle: {
      order: "post", // it counts at the very beginning only, where Vite puts something too
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === "chunk" && chunks.includes(file.name))
            file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
        }
      },
    },
  };
}
