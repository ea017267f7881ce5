import IconUnlink from "@tabler/icons-react/icons/IconUnlink";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { ApiError } from "../../shared/api/problem.ts";
import { deviceName } from "../../shared/format/device.ts";
import { capital } from "../../shared/format/time.ts";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Tile } from "../../shared/ui/Tile.tsx";
import { Approval } from "./Approval.tsx";
import { decideHere, requestIn, useAskedHere } from "./api.ts";
import { Decided } from "./Decided.tsx";
import { AuthorizeWaiting } from "./Waiting.tsx";
import { isThisComputer, wayBack } from "./wayBack.ts";
import { authorizeWarning } from "./words.ts";

/** An app has sent this browser here, and asks to act as whoever is signed in (RFC 6749, 4.1). */
export function AuthorizePage() {
  const [search] = useSearchParams();
  const problem = search.get("problem");
  const request = requestIn(search);
  const asked = useAskedHere(request, problem === null);
  const [approved, setApproved] = useState<boolean | null>(null);

  if (problem !== null) return <NoWayOn code={problem} />;
  if (asked.isPending) return <AuthorizeWaiting />;
  if (!asked.data) {
    if (asked.error instanceof ApiError && asked.error.status === 400)
      return <NoWayOn code={asked.error.code} detail={asked.error.detail} />;
    return (
      <Doorway tall title="Approve a client" subtitle="Nothing is approved yet.">
        <Failed
          within
          title="What it asks for could not be loaded"
          error={asked.error}
          retry={() => void asked.refetch()}
        />
      </Doorway>
    );
  }
  const back = wayBack(asked.data.redirect_to_host);
  if (approved !== null) {
    return (
      <Decided approved={approved} client={asked.data.client.name}>
        {!approved && "It gets nothing. "}Sent back to {back}; you can close this window.
      </Decided>
    );
  }
  return (
    <Approval
      asked={asked.data}
      warning={authorizeWarning}
      last={[
        {
          name: "Asked from",
          value: deviceName(asked.data.device),
          more: `This browser, at ${asked.data.ip}`,
        },
        { name: "Sent back to", value: <WayBack host={asked.data.redirect_to_host} /> },
      ]}
      decide={(decision) => decideHere(request, decision)}
      onDone={(address, { approve }) => {
        setApproved(approve);
        window.location.assign(address);
      }}
    />
  );
}

function WayBack({ host }: { host: string }) {
  return isThisComputer(host) ? capital(wayBack(host)) : <code>{host}</code>;
}

const problems: Record<string, [title: string, text: string]> = {
  unknown_client: [
    "This client is not known here",
    "What sent you here names a client that is not set up on this server. It may be misspelt, or it may have been removed.",
  ],
  unknown_redirect_uri: [
    "The way back is not known here",
    "What sent you here wants you back at an address that is not set up for this client. Either it is set up wrong, or something else pretends to be it.",
  ],
};

/** Nobody can be sent back safely, so the page only explains. It repeats nothing of what it was sent. */
function NoWayOn({ code, detail = "" }: { code: string; detail?: string }) {
  const [title, text] = problems[code] ?? [
    "This can’t be approved",
    detail || "What sent you here left something out, or got it wrong.",
  ];
  return (
    <Doorway tall sign={<Tile of={IconUnlink} />} title={title} subtitle={text}>
      <p>Nothing was approved, and nothing was sent to anyone. You can close this window.</p>
    </Doorway>
  );
}
