import compile from "icu-minify/compile";
import { type Plugin, transformWithOxc } from "vite";

/** A catalogue as it is written: messages in ICU's syntax, by area and key. */
interface Catalogue {
  [key: string]: string | Catalogue;
}

/**
 * Compiles the catalogues when the pages are built, so that the browser gets neither ICU's syntax nor
 * its parser. A message that can't be read fails the build.
 */
export function words(): Plugin {
  return {
    name: "words",
    enforce: "pre",
    config: () => ({
      resolve: { alias: { "use-intl/format-message": "use-intl/format-message/format-only" } },
    }),
    async transform(source, id) {
      if (!/\/words\/\w+\.(en|zh)\.ts$/.test(id)) return null;
      const { code } = await transformWithOxc(source, id, { sourcemap: false });
      const { default: written } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
      return { code: `export default ${JSON.stringify(compiled(written, id))};`, map: null };
    },
  };
}

type Compiled = ReturnType<typeof compile> | { [key: string]: Compiled };

function compiled(written: Catalogue, id: string): Compiled {
  return Object.fromEntries(
    Object.entries(written).map(([key, text]) => {
      if (typeof text !== "string") return [key, compiled(text, id)];
      try {
        return [key, compile(text)];
      } catch (error) {
        throw new Error(`${id}: ${key}: ${String(error)}`, { cause: error });
      }
    }),
  );
}
