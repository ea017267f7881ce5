import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import type { Strength } from "../format/strength.ts";
import { say, type Words } from "../words/words.ts";
import classes from "./PasswordStrength.module.css";

/**
 * How hard a new password is to guess, and why where it is easy. It advises; what is refused, the
 * server decides. Its place is kept from the beginning, so that nothing moves.
 */
export function PasswordStrength({ password, about }: { password: string; about: string[] }) {
  const typed = useDeferredValue(password);
  const judge = useQuery({
    queryKey: ["strength"],
    queryFn: () => import("../format/strength.ts"),
    enabled: typed !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const found = typed && judge.data ? judge.data.strengthOf(typed, about) : null;
  return (
    <div className={classes.strength} data-score={found?.score}>
      <span className={classes.bar} aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <i key={step} data-on={found !== null && Math.max(1, found.score) >= step} />
        ))}
      </span>
      <span aria-live="polite">{found && sentence(found)}</span>
    </div>
  );
}

const levels = ["weakest", "weak", "fair", "good", "strong"] as const;

function sentence({ score, warning }: Strength): string {
  const level = say(`shared.strength.${levels[score]}`);
  if (score > 2 || !warning) return level;
  return say("shared.strength.because", { level, why: why(warning) });
}

type Warning = keyof Words["shared"]["strength"]["warnings"];

function why(warning: string): string {
  const key = `shared.strength.warnings.${warning as Warning}` as const;
  return say.has(key) ? say(key) : say("shared.strength.warnings.common");
}
