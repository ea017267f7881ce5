import { useState } from "react";
import { useSearchParams } from "react-router";
import { deviceName } from "../../shared/format/device.ts";
import { justAgo } from "../../shared/format/time.ts";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { Approval } from "./Approval.tsx";
import { type AskedByDevice, decideDevice, useLookUp } from "./api.ts";
import classes from "./approval.module.css";
import { CodeForm, type Fault } from "./CodeForm.tsx";
import { Decided } from "./Decided.tsx";
import { readCode, writeCode } from "./userCode.ts";

/**
 * A device without a browser shows a code, and asks to act as whoever enters it here (RFC 8628). A
 * code that came with the address still has to be compared and sent by a person (5.4).
 */
export function DevicePage() {
  const [search, setSearch] = useSearchParams();
  const [came] = useState(() => readCode(search.get("user_code") ?? "").letters);
  const [letters, setLetters] = useState(came);
  const [fault, setFault] = useState<Fault | null>(null);
  const [approved, setApproved] = useState<boolean | null>(null);
  const code = writeCode(letters);
  const failed = (error: Error) => setFault((before) => ({ error, nth: (before?.nth ?? 0) + 1 }));
  const look = useLookUp({
    onSuccess: () => {
      setFault(null);
      setSearch({ user_code: code }, { replace: true }); // whoever has to sign in anew comes back to it
    },
    onError: failed,
  });

  if (!look.data) {
    return (
      <CodeForm
        letters={letters}
        came={came}
        fault={fault}
        busy={look.isPending}
        onChange={setLetters}
        onSend={() => look.mutate(code)}
      />
    );
  }
  if (approved !== null) {
    return (
      <Decided approved={approved} client={look.data.client.name}>
        {say(approved ? "approval.device_goes_on" : "approval.device_denied")}
      </Decided>
    );
  }
  return (
    <Approval
      follows
      asked={look.data}
      warning={say("approval.device_warning")}
      first={[{ name: say("door.asked.code"), value: <code className={classes.code}>{code}</code> }]}
      last={[
        {
          name: say("door.asked.from"),
          value: deviceName(look.data.device, { client_name: look.data.client.name }),
          more: <AskedWhen asked={look.data} />,
        },
      ]}
      decide={(decision) => decideDevice(code, decision)}
      onDone={(_, { approve }) => {
        setApproved(approve);
        setSearch({}, { replace: true });
      }}
      onError={(error) => {
        if (!isRefusal(error, "unknown_code")) return;
        failed(error);
        look.reset();
      }}
    />
  );
}

function AskedWhen({ asked: { ip, asked_at } }: { asked: AskedByDevice }) {
  const now = useNow();
  const at = new Date(asked_at);
  return (
    <>
      {ip} · <Time at={at}>{justAgo(at, now)}</Time>
    </>
  );
}
