import { useClipboard } from "@mantine/hooks";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconCopy from "@tabler/icons-react/icons/IconCopy";
import { shortened } from "../format/shortened.ts";
import { say } from "../words/words.ts";
import classes from "./CopyId.module.css";
import { Hidden } from "./Hidden.tsx";
import { Icon } from "./Icon.tsx";

/** An identifier, shortened; a click copies the whole of it. */
export function CopyId({ id, of }: { id: string; of: string }) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <>
      <button type="button" className={classes.copy} title={id} onClick={() => clipboard.copy(id)}>
        <code>{shortened(id)}</code>
        <Hidden>{say("admin.copy", { of })}</Hidden>
        <Icon of={clipboard.copied ? IconCheck : IconCopy} size={12} />
      </button>
      <Hidden>
        <span role="status">{clipboard.copied && say("admin.copied")}</span>
      </Hidden>
    </>
  );
}
