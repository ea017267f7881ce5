import { Button } from "@mantine/core";
import { Suspense } from "react";
import { useSearchParams } from "react-router";
import { Failed } from "../../shared/ui/Failed.tsx";
import { intoView } from "../../shared/ui/intoView.ts";
import { later } from "../../shared/ui/later.tsx";
import { PageHead } from "../../shared/ui/Page.tsx";
import { Panel } from "../../shared/ui/Panel.tsx";
import { isRefusal } from "../../shared/words/refusal.ts";
import { say } from "../../shared/words/words.ts";
import { AnatomyPanel } from "./AnatomyPanel.tsx";
import { type Experiment, experiments, useLab } from "./api.ts";
import { Choose } from "./Choose.tsx";
import classes from "./lab.module.css";
import { Practice } from "./Practice.tsx";
import { RevokePanel } from "./RevokePanel.tsx";
import { TheftPanel } from "./TheftPanel.tsx";

const panels: Record<Experiment, React.ComponentType> = {
  revoke: RevokePanel,
  cost: later(() => import("./CostPanel.tsx").then((m) => m.CostPanel)),
  scale: later(() => import("./ScalePanel.tsx").then((m) => m.ScalePanel)),
  theft: TheftPanel,
  anatomy: AnatomyPanel,
};

/** Sessions and tokens side by side, live. Which experiment is in the address. */
export function LabPage() {
  const [search, setSearch] = useSearchParams();
  const shown = experimentIn(search);
  return (
    <>
      <PageHead title={say("door.pages.lab")}>{say("lab.about")}</PageHead>
      <nav className={classes.tabs} aria-label={say("lab.experiments")}>
        {experiments.map((name) => (
          <Button
            key={name}
            variant="subtle"
            ref={intoView}
            aria-current={name === shown ? "true" : undefined}
            className={name === shown ? (classes.chosen ?? "") : ""}
            onClick={() => setSearch(name === "revoke" ? {} : { show: name }, { replace: true })}
          >
            {say(`lab.${name}.tab`)}
          </Button>
        ))}
      </nav>
      <Body shown={shown} />
      <Choose after={shown} />
      <Practice />
    </>
  );
}

function experimentIn(search: URLSearchParams): Experiment {
  return experiments.find((name) => name === search.get("show")) ?? "revoke";
}

function Body({ shown }: { shown: Experiment }) {
  const lab = useLab();
  const Shown = panels[shown];
  if (isRefusal(lab.error, "unknown_downstream")) {
    return (
      <Panel padded>
        <h2>{say("lab.not_here")}</h2>
        <p>{say.rich("lab.not_here_text", { code: (text) => <code>{text}</code> })}</p>
      </Panel>
    );
  }
  if (lab.error) {
    return <Failed title={say("lab.failed.load")} error={lab.error} retry={() => void lab.refetch()} />;
  }
  return (
    <Suspense fallback={<div className={classes.waiting} />}>
      <Shown key={shown} />
    </Suspense>
  );
}
