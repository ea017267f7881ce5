import { AppBar } from "../shared/ui/AppBar.tsx";
import { Hidden } from "../shared/ui/Hidden.tsx";
import { Mark } from "../shared/ui/Mark.tsx";
import { PageHead, Pending } from "../shared/ui/Page.tsx";
import { say } from "../shared/words/words.ts";
import classes from "./Layout.module.css";

/** The bar with nothing of anyone in it. */
export function EmptyBar() {
  return <AppBar home="/account/" mark={<Mark />} name="Vestibule" />;
}

/** A page before one knows who is here: what is known already is its name. */
export function PageSkeleton({ title, wide = false }: { title: string; wide?: boolean | undefined }) {
  return (
    <>
      <AppBar home="/account/" mark={<Mark />} name="Vestibule" room />
      <main className={wide ? `${classes.page} ${classes.wide}` : classes.page} id="page" tabIndex={-1}>
        <PageHead title={title}>
          <Pending>{say("door.pages.not_known")}</Pending>
        </PageHead>
        <Hidden>{say("shared.loading")}</Hidden>
      </main>
    </>
  );
}
