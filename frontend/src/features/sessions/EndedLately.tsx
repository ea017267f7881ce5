import { Link } from "react-router";
import { endedLately, isAlarming } from "../../shared/format/reason.ts";
import { capital, moment } from "../../shared/format/time.ts";
import { Failed } from "../../shared/ui/Failed.tsx";
import { Section } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";
import { type Gone, useEndedLately } from "./api.ts";
import classes from "./sessions.module.css";

/** What ended before its time. Not there where nothing did. */
export function EndedLately() {
  const lately = useEndedLately();
  const now = useNow();
  if (lately.isPending || lately.data?.length === 0) return null;
  return (
    <Section
      title={say("account.sessions.lately")}
      way={<Link to="/activity?about=ended">{say("account.sessions.all_activity")}</Link>}
    >
      {lately.data ? (
        <Panel>
          <ul className={classes.lately}>
            {lately.data.map((gone) => (
              <li key={gone.id}>
                <Time at={gone.at}>{capital(moment(gone.at, now))}</Time>
                <div>
                  <span>{who(gone)}</span>
                  <small>
                    {endedLately(gone.reason)}
                    {isAlarming(gone.reason) && (
                      <>
                        {" "}
                        {say.rich("account.sessions.unknown_device", {
                          link: (text) => <Link to="/security">{text}</Link>,
                        })}
                      </>
                    )}
                  </small>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      ) : (
        <Failed
          title={say("account.sessions.lately_failed")}
          error={lately.error}
          retry={() => void lately.refetch()}
        />
      )}
    </Section>
  );
}

function who({ names: [first = "", ...others] }: Gone): string {
  if (others.length === 0) return first;
  return say("account.sessions.lately_many", { first, n: others.length });
}
