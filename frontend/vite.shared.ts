import { fileURLToPath } from "node:url";
import type { BuildOptions, ResolveOptions } from "vite";

/** The kit by the name that other teams know it by. */
export const resolve: ResolveOptions & { alias: Record<string, string> } = {
  alias: {
    "vestibule-kit/testing": fileURLToPath(new URL("./kit/testing.ts", import.meta.url)),
    "vestibule-kit": fileURLToPath(new URL("./kit/index.ts", import.meta.url)),
  },
};

/**
 * The oldest browsers that know light-dark(), popovers and inert. Below them Vite would rewrite
 * light-dark() into variables that double the style sheets.
 */
export const browsers: BuildOptions = {
  target: ["chrome123", "edge123", "firefox121", "safari17.5"],
  cssTarget: ["chrome123", "edge123", "firefox121", "safari17.5"],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  rolldownOptions: {
    output: {
      // What the first page needs is asked for by the HTML itself, in two pieces that are read side by
      // side; the libraries stay the same from one version of ours to the next.
      codeSplitting: {
        groups: [
          {
            name: "react",
            test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
            tags: ["$initial"],
            priority: 2,
          },
          { name: "begin", test: /[\\/]begin\.ts$/, tags: ["$initial"], priority: 1 },
          { name: "first", tags: ["$initial"] },
        ],
      },
    },
  },
};
