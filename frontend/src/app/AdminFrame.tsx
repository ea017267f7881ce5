import { type ReactNode, Suspense } from "react";
import { useStore } from "vestibule-kit";
import { Hidden } from "../shared/ui/Hidden.tsx";
import { Mark } from "../shared/ui/Mark.tsx";
import { PageHead, Pending } from "../shared/ui/Page.tsx";
import { SkipLink } from "../shared/ui/SkipLink.tsx";
import { language } from "../shared/words/language.ts";
import { say } from "../shared/words/words.ts";
import classes from "./AdminFrame.module.css";

/** The administration: a side bar, and the full width for the page. On a phone the bar is above it. */
export function AdminFrame({ side, children }: { side?: ReactNode; children: ReactNode }) {
  const spoken = useStore(language);
  return (
    <div className={classes.admin}>
      <header className={classes.side}>
        <SkipLink />
        <a className={classes.brand} href="/account/">
          <Mark />
          Vestibule
        </a>
        {side ?? <div className={classes.room} />}
      </header>
      <main className={classes.page} id="page" tabIndex={-1}>
        <Suspense key={spoken}>{children}</Suspense>
      </main>
    </div>
  );
}

/** A page of the administration before one knows who is here. */
export function AdminWaiting({ title }: { title: string }) {
  return (
    <AdminFrame>
      <PageHead title={title}>
        <Pending>{say("door.pages.not_known")}</Pending>
      </PageHead>
      <Hidden>{say("shared.loading")}</Hidden>
    </AdminFrame>
  );
}
