import type { Same } from "../../src/shared/words/words.ts";
import type en from "./example.en.ts";

export default {} satisfies Same<typeof en>;
