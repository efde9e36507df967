/** The two compose files, and what their services have in common. Pure. */
import { tmpfs } from "../resources.ts";
import { hardened } from "../services.ts";

/** `live` is the stack of a laptop; `test` is the stack of the integration tests, which publishes no port. */
export type Flavour = "live" | "test";

export const secretsFolder = "/run/secrets";
export const secretsVolume = (owner: string): string => `${owner}-secrets`;

export const common = { ...hardened, security_opt: ["no-new-privileges:true"], tmpfs: [tmpfs("/tmp")] } as const;
export const restart = (flavour: Flavour) => (flavour === "live" ? { restart: "unless-stopped" } : {});

/**
 * A service that runs once. Compose ends the test stack as soon as any container exits, with the exit code of that
 * container, so only `tests` may exit there: a one-shot service creates a file when it is done, and sleeps.
 */
export const oneShot = (flavour: Flavour, command: readonly [string, ...string[]], ...more: readonly string[]) =>
  flavour === "live"
    ? { command, restart: "no" }
    : {
        command: ["sh", "-c", [command.join(" "), ...more, "touch /tmp/done", "exec sleep infinity"].join(" && ")],
        healthcheck: {
          test: ["CMD", "test", "-f", "/tmp/done"],
          // Often until the service is done, then rarely, because each check starts a process.
          interval: "10m",
          start_interval: "500ms",
          start_period: "10m",
        },
        init: true,
      };

/** Conditions of `depends_on`. */
export const finished = (flavour: Flavour) => ({
  condition: flavour === "live" ? ("service_completed_successfully" as const) : ("service_healthy" as const),
});
export const healthy = { condition: "service_healthy" } as const;
