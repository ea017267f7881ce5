import type { Same } from "../shared/words/words.ts";
import type en from "./admin.en.ts";

export default {} satisfies Same<typeof en>;
