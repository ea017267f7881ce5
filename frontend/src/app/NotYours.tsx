import { PageHead } from "../shared/ui/Page.tsx";
import { say } from "../shared/words/words.ts";

/** In place of a page that is for another role. Its code is not loaded, and nothing is asked for. */
export function NotYours() {
  return <PageHead title={say("door.pages.admin_only")}>{say("door.pages.admin_only_text")}</PageHead>;
}
