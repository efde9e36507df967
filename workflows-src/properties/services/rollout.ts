/** How replicas are started, replaced and stopped. */
import { duration, integer } from "../core/exactly.ts";
import type { Keys, Service, ServiceRule } from "./service.ts";

const isJob = ({ role }: Service): boolean => ["prepare", "postgres-setup", "secrets"].includes(role);

function restartOf(service: Service): unknown {
  // The test stack ends with its first container, so none may come back.
  if (service.place === "tests") return undefined;
  return isJob(service) ? "no" : "unless-stopped";
}

function onCompose(service: Service): Keys {
  const { role, app } = service;
  return {
    restart: restartOf(service),
    "deploy.replicas": role === "application" && app.replicas > 1 ? app.replicas : undefined,
    stop_grace_period: role === "postgres" ? duration(30, 300) : undefined,
  };
}

function inSwarm(service: Service): Keys {
  const { role, app } = service;
  const byName = { "deploy.endpoint_mode": "dnsrr" };
  if (isJob(service))
    return {
      ...byName,
      "deploy.mode": "replicated-job",
      "deploy.restart_policy": { condition: "on-failure", delay: duration(1, 60), max_attempts: integer(5, 100) },
    };
  // Two tasks cannot hold one port of the host, or one set of data.
  const replaced = role !== "application" || app.route === null ? "stop-first" : "start-first";
  return {
    ...byName,
    "deploy.replicas": { application: app.replicas, postgres: 1 }[role as string],
    "deploy.update_config": {
      order: replaced,
      parallelism: 1,
      failure_action: "rollback",
      monitor: duration(5, 300),
    },
    "deploy.rollback_config": { order: replaced, parallelism: 1, failure_action: "pause", monitor: duration(5, 300) },
    "deploy.restart_policy": { condition: "any", delay: duration(1, 60) },
    // Its data is on the disk of one machine.
    "deploy.placement": role === "postgres" ? { constraints: ["node.role == manager"] } : undefined,
    stop_grace_period: { application: duration(15, 300), postgres: duration(30, 300) }[role as string],
  };
}

export const rollout: ServiceRule = {
  name: "replicas are replaced one at a time, watched, and given time to finish",
  reason:
    "With all replicas replaced at once nobody serves; without a watch a broken release stays; without time to finish a request is cut off. Two databases on the same data destroy it.",
  keys: [
    "restart",
    "stop_grace_period",
    ...["mode", "replicas", "endpoint_mode", "update_config", "rollback_config", "restart_policy", "placement"].map(
      (key) => `deploy.${key}`,
    ),
  ],
  expected: (service) => (service.place === "production" ? inSwarm(service) : onCompose(service)),
};
