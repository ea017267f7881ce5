import type { Same } from "../shared/words/words.ts";
import type en from "./approval.en.ts";

export default {} satisfies Same<typeof en>;
