import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const kinds = /\.(js|css|svg|json)$/; // never HTML: each answer has a nonce of its own
const least = 1024; // below that a file is one packet anyhow

/**
 * Puts a .br and a .gz beside each file that is worth it, as small as they get, since that is done
 * once. Not where files are watched: there a build is to be quick, and the server sends what is there.
 */
export function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }) {
      if (this.meta.watchMode || !dir) return;
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
        if (kinds.test(name)) compress(join(dir, name));
      }
    },
  };
}

function compress(file: string): void {
  const plain = readFileSync(file);
  if (plain.length < least) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  writeFileSync(`${file}.br`, brotliCompressSync(plain, { params }));
  writeFileSync(`${file}.gz`, gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }));
}
