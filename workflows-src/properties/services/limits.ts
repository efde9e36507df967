/** The memory, the processes and the logs of each service. */
import { integer, mebibytes, text } from "../core/exactly.ts";
import type { ServiceRule } from "./service.ts";

export const limits: ServiceRule = {
  name: "each service has limits, and a log that ends",
  reason: "A service without limits takes the memory, the processes or the disk that the others need.",
  keys: ["deploy.resources", "logging", "labels"],
  expected: ({ role, app, keys }) => ({
    "deploy.resources": {
      limits: {
        memory: role === "application" || role === "prepare" ? `${app.memory}M` : mebibytes(64, 32_768),
        pids: integer(32, 8192),
      },
    },
    logging: {
      driver: "json-file",
      options: { "max-size": text(/^[1-9]\d?m$/u), "max-file": text(/^[2-9]$/u) },
    },
    // The rule about changed files compares the hash.
    labels: ["reverse-proxy", "prometheus"].includes(role) ? keys["labels"] : undefined,
  }),
};
