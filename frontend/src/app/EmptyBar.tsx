import { Skeleton } from "@mantine/core";
import { AppBar } from "../shared/ui/AppBar.tsx";
import { Hidden } from "../shared/ui/Hidden.tsx";
import { Mark } from "../shared/ui/Mark.tsx";
import classes from "./Layout.module.css";

/** The bar with nothing of anyone in it. */
export function EmptyBar() {
  return <AppBar home="/account/" mark={<Mark />} name="Vestibule" />;
}

/** A page before one knows who is here. */
export function PageSkeleton() {
  return (
    <>
      <EmptyBar />
      <main className={classes.page} id="page" tabIndex={-1}>
        <Skeleton width={208} height={20} mt={4} />
        <Skeleton width={320} maw="100%" height={14} mt={11} />
        <Hidden>Loading</Hidden>
      </main>
    </>
  );
}
