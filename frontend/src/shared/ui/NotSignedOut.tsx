import { Button } from "@mantine/core";
import { NetworkError } from "vestibule-kit";
import type { useSignOut } from "../api/signOut.ts";
import { say } from "../words/words.ts";
import { Dialog, DialogEnd } from "./Dialog.tsx";
import { FormFault } from "./FormFault.tsx";

/** Says that signing out has failed: whoever leaves a device has to know. */
export function NotSignedOut({
  signOut: { error, mutate, reset },
}: {
  signOut: ReturnType<typeof useSignOut>;
}) {
  if (!error) return null;
  const title = say(error instanceof NetworkError ? "shared.menu.perhaps_not" : "shared.menu.not_signed_out");
  return (
    <Dialog alert title={title} close={reset}>
      <FormFault error={error} />
      <DialogEnd>
        <Button onClick={reset}>{say("shared.menu.stay")}</Button>
        <Button variant="filled" data-autofocus onClick={() => mutate()}>
          {say("shared.act.again")}
        </Button>
      </DialogEnd>
    </Dialog>
  );
}
