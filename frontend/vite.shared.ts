import type { BuildOptions } from "vite";

/**
 * The oldest browsers that know light-dark(), popovers and inert. Below them Vite would rewrite
 * light-dark() into variables that double the style sheets.
 */
export const browsers: BuildOptions = {
  target: ["chrome123", "edge123", "firefox121", "safari17.5"],
  cssTarget: ["chrome123", "edge123", "firefox121", "safari17.5"],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
};
