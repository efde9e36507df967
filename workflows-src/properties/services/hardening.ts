/** What a container may do on its machine. */
import { integer } from "../core/exactly.ts";
import type { Role, ServiceRule } from "./service.ts";

/** The numbers come from the images. The images of the applications set a user themselves. */
const users: Readonly<Partial<Record<Role, string>>> = {
  "reverse-proxy": "101:101",
  ready: "101:101",
  postgres: "70:70",
  "postgres-setup": "70:70",
  prometheus: "65534:65534",
  grafana: "472:0",
  "stripe-mock": "65534:65534",
  // A new volume belongs to root. The service has neither a capability nor a network.
  secrets: "0:0",
};

export const hardening: ServiceRule = {
  name: "no container has a privilege",
  reason:
    "A program that is broken into may not write to its image, gain capabilities, or act as root. The exception is the service that creates the secrets, which has no network.",
  keys: ["user", "read_only", "cap_drop", "security_opt", "sysctls", "ulimits"],
  expected: ({ role, place }) => ({
    user: users[role],
    read_only: true,
    cap_drop: ["ALL"],
    // Swarm has no such option for a service; there the daemon sets it.
    security_opt: place === "production" ? undefined : ["no-new-privileges:true"],
    // Each request to the proxy is one connection to a replica: these are the ports and queues for that.
    sysctls:
      role === "reverse-proxy"
        ? {
            "net.ipv4.ip_local_port_range": "15000 65000",
            "net.ipv4.tcp_tw_reuse": "1",
            "net.core.somaxconn": "4096",
          }
        : undefined,
    // A test compares the numbers with nginx.conf. Some machines allow a process 20,000 files.
    ulimits:
      role === "reverse-proxy" ? { nofile: { soft: integer(1024, 20_000), hard: integer(1024, 20_000) } } : undefined,
  }),
};
