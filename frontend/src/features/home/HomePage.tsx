import { Link } from "react-router";
import { useWho, type Who } from "../../shared/api/session.ts";
import { endsByItself } from "../../shared/format/limits.ts";
import { ago, capital, since } from "../../shared/format/time.ts";
import { Facts } from "../../shared/ui/Facts.tsx";
import { PageHead, Section } from "../../shared/ui/Page.tsx";
import { Time } from "../../shared/ui/Time.tsx";
import { useNow } from "../../shared/ui/useNow.ts";

const roles: Record<string, string> = { admin: "Administrator", user: "Member" };

export function HomePage() {
  const who = useWho();
  return (
    <>
      <PageHead title="Profile">Who you are here, and how long this session lasts.</PageHead>
      <Facts
        facts={[
          { name: "Name", value: who.user.name },
          { name: "Email", value: who.user.email },
          { name: "Role", value: roles[who.user.role] ?? capital(who.user.role) },
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
    <Section title="This session">
      <Facts
        facts={[
          { name: "Signed in", value: <Time at={created}>{capital(since(created, now))}</Time> },
          {
            name: "Ends by itself",
            value: (
              <>
                {capital(ends.when)}
                {ends.ifNotUsed && " if not used"}
              </>
            ),
            more: capital(ends.latest),
          },
          {
            name: "Password last given",
            value: <Time at={proved}>{capital(ago(proved, now))}</Time>,
            more: "What matters most asks for it again after a while.",
          },
        ]}
        foot={<Link to="/sessions">All devices and sessions</Link>}
      />
    </Section>
  );
}
