import type { Ended } from "vestibule-kit";
import { Expiring } from "./Expiring.tsx";
import { SignedOut } from "./SignedOut.tsx";
import { StepUp } from "./StepUp.tsx";

/** What the session itself says: over the pages while it lives, and in their place when it has ended. */
export function SessionParts({
  site,
  leaveTo,
  ended,
}: {
  site: string;
  leaveTo: string;
  ended: Ended | null;
}) {
  if (ended) return <SignedOut ended={ended} />;
  return (
    <>
      <Expiring site={site} leaveTo={leaveTo} />
      <StepUp />
    </>
  );
}
