import { Link } from "react-router";
import { useWho, type Who } from "vestibule-kit";
import { roleName } from "../../shared/format/event.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, capital, since } from "../../shared/format/time.ts";
import { Facts } from "../../shared/ui/Facts.tsx";
import { PageHead, Section } from "../../shared/ui/Page.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";
import { say } from "../../shared/words/words.ts";

export function HomePage() {
  const who = useWho();
  return (
    <>
      <PageHead title={say("door.pages.profile")}>{say("account.profile.about")}</PageHead>
      <Facts
        facts={[
          { name: say("account.profile.name"), value: who.user.name },
          { name: say("account.profile.email"), value: who.user.email },
          { name: say("account.profile.role"), value: roleName(who.user.role) },
        ]}
      />
      <ThisSession who={who} />
    </>
  );
}

function ThisSession({ who: { session } }: { who: Who }) {
  const now = useNow();
  const created = new Date(session.created_at);
  const proved = new Date(session.auth_time);
  const ends = endsByItself(session, now);
  return (
    <Section title={say("account.profile.session")}>
      <Facts
        facts={[
          {
            name: say("account.profile.signed_in"),
            value: <Time at={created}>{capital(since(created, now))}</Time>,
          },
          {
            name: say("account.profile.ends"),
            value: capital(ends.when),
            more: capital(ends.latest),
          },
          {
            name: say("account.profile.proved"),
            value: <Time at={proved}>{capital(ago(proved, now))}</Time>,
            more: say("account.profile.proved_more"),
          },
        ]}
        foot={<Link to="/sessions">{say("account.profile.all")}</Link>}
      />
    </Section>
  );
}
