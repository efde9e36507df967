/** The variables, environments and secrets of the repository. `workflows-src/pages/setting-texts.ts` describes them. Pure. */
import { paymentSecrets } from "./payment-secrets.ts";

/** A job gets the secrets of its environment. The settings on GitHub restrict both environments to `main`. */
export const environments = {
  "docker-hub": { secrets: ["DOCKER_HUB_USERNAME", "DOCKER_HUB_ACCESS_TOKEN"] },
  production: { secrets: ["DEPLOY_SSH_KEY", ...paymentSecrets] },
} as const satisfies Record<string, { readonly secrets: readonly string[] }>;

export const variables = [
  "DOCKER_USERNAME",
  "DEPLOY_HOST",
  "DEPLOY_HOST_KEY",
  "DEPLOY_HTTP_PORT",
  "DEPLOY_PORT_BASE",
  "PUBLIC_ORIGIN",
  "TRUSTED_PROXIES",
] as const;

export type EnvironmentName = Extract<keyof typeof environments, string>;
/** Interfaces, so that error messages of the compiler contain their names instead of every variable and secret. */
interface SecretNames extends Record<(typeof environments)[EnvironmentName]["secrets"][number], never> {}
export type SecretName = keyof SecretNames;
interface VariableNames extends Record<(typeof variables)[number], never> {}
export type VariableName = keyof VariableNames;
