// Makes ../src/shared/api/contract.ts from ../openapi.yaml; with --check it only looks whether that is
// still what would be made.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const from = new URL("../openapi.yaml", import.meta.url);
const to = new URL("../src/shared/api/contract.ts", import.meta.url);

const header = `/**
 * The public contract, as types. Made from openapi.yaml by \`npm run contract\`: change that, never this.
 */

`;

const types = await openapiTS(from, { rootTypes: true, rootTypesNoSchemaPrefix: true });
const made = header + astToString(types);

if (!process.argv.includes("--check")) {
  await writeFile(to, made);
} else if ((await readFile(to, "utf8")) !== made) {
  process.stderr.write("contract.ts is not what openapi.yaml says any more: npm run contract\n");
  process.exitCode = 1;
}
