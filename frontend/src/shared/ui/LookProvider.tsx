import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { systemScheme, theme, variables } from "./theme.ts";
import "./styles.css";

/** The server puts a fresh nonce into every answer, for the style elements made at run time. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** The look, in the system's colour scheme. */
export function LookProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      colorSchemeManager={systemScheme}
      getStyleNonce={nonce}
    >
      {children}
    </MantineProvider>
  );
}
