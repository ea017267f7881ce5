import IconUnlink from "@tabler/icons-react/icons/IconUnlink";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { ApiError } from "vestibule-kit";
import { deviceName } from "../../shared/format/device.ts";
import { capital } from "../../shared/format/time.ts";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Tile } from "../../shared/ui/Tile.tsx";
import { say } from "../../shared/words/words.ts";
import { Approval } from "./Approval.tsx";
import { decideHere, requestIn, useAskedHere } from "./api.ts";
import { Decided } from "./Decided.tsx";
import { AuthorizeWaiting } from "./Waiting.tsx";
import { isThisComputer, wayBack } from "./wayBack.ts";

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
      <Doorway tall title={say("door.pages.authorize")} subtitle={say("approval.failed_text")}>
        <Failed
          within
          title={say("approval.failed")}
          error={asked.error}
          retry={() => void asked.refetch()}
        />
      </Doorway>
    );
  }
  const where = wayBack(asked.data.redirect_to_host);
  if (approved !== null) {
    return (
      <Decided approved={approved} client={asked.data.client.name}>
        {say(approved ? "approval.sent_back" : "approval.denied_sent_back", { where })}
      </Decided>
    );
  }
  return (
    <Approval
      asked={asked.data}
      warning={say("door.asked.warning")}
      last={[
        {
          name: say("door.asked.from"),
          value: deviceName(asked.data.device),
          more: say("door.asked.this_browser", { ip: asked.data.ip }),
        },
        { name: say("door.asked.back"), value: <WayBack host={asked.data.redirect_to_host} /> },
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

/** Nobody can be sent back safely, so the page only explains. It repeats nothing of what it was sent. */
function NoWayOn({ code, detail = "" }: { code: string; detail?: string }) {
  const known = code === "unknown_client" || code === "unknown_redirect_uri" ? code : null;
  const title = say(`approval.no_way_on.${known ?? "other"}`);
  const text = known
    ? say(`approval.no_way_on.${known}_text`)
    : detail || say("approval.no_way_on.other_text");
  return (
    <Doorway tall sign={<Tile of={IconUnlink} />} title={title} subtitle={text}>
      <p>{say("approval.no_way_on.nothing_sent")}</p>
    </Doorway>
  );
}
