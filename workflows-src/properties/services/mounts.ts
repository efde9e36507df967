/** The volumes, files and temporary file systems of each service. */
import { inAnyOrder, integer, text } from "../core/exactly.ts";
import { bodiesMiB, responsesMiB } from "../core/proxy-needs.ts";
import type { Service, ServiceRule } from "./service.ts";

const secretsOf = (owner: string, target: string, mode: ":ro" | "" = ":ro"): string =>
  `${owner}-secrets:${target}${mode}`;
const dataFolder = "/var/lib/postgresql/data";
const owners = ({ catalog }: Service): readonly string[] => [...Object.keys(catalog), "postgres"];

function volumesOnCompose(service: Service): readonly string[] {
  const { role, app, place } = service;
  const inTests = place === "tests";
  switch (role) {
    case "application":
      // The tests hide the shell: an application that is broken into may not depend on one being there.
      return [secretsOf(app.name, "/run/secrets"), ...(inTests ? ["/dev/null:/bin/sh:ro"] : [])];
    case "prepare":
      return [secretsOf(app.name, "/run/secrets"), ...(inTests && app.accounts ? ["accounts:/accounts"] : [])];
    case "reverse-proxy":
      return [
        "./nginx.conf:/etc/nginx/nginx.conf:ro",
        "./landing.html:/usr/share/nginx/html/index.html:ro",
        "./apps/reverse-proxy/start.sh:/start.sh:ro",
      ];
    case "postgres":
      return [`postgres-data:${dataFolder}`, secretsOf("postgres", "/run/secrets")];
    case "postgres-setup":
      return [
        "./apps/postgres/setup.sh:/setup.sh:ro",
        ...owners(service).map((owner) => secretsOf(owner, `/secrets/${owner}`)),
      ];
    case "secrets":
      return [
        "./apps/postgres/secrets.sh:/secrets.sh:ro",
        ...[...owners(service), ...(inTests ? [] : ["grafana"])].map((owner) =>
          secretsOf(owner, `/secrets/${owner}`, ""),
        ),
        ...(inTests ? ["accounts:/accounts"] : []),
      ];
    case "prometheus":
      return [
        "./prometheus.yml:/etc/prometheus/prometheus.yml:ro",
        ...(inTests ? [] : ["prometheus-data:/prometheus"]),
      ];
    case "grafana":
      return [
        "./apps/monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
        "./apps/monitoring/grafana/dashboards:/etc/grafana/dashboards:ro",
        secretsOf("grafana", "/run/secrets"),
        "grafana-data:/var/lib/grafana",
      ];
    case "tests":
      return ["reports:/reports", "accounts:/accounts:ro"];
    case "ready":
    case "stripe-fake":
    case "stripe-mock":
      return [];
  }
}

const sized = (target: string, options = ""): unknown =>
  text(new RegExp(`^${target}:${options}size=[1-9]\\d{0,3}m$`, "u"));

function memoryOnCompose({ role, place, catalog }: Service): readonly unknown[] {
  if (role === "reverse-proxy") return [`/tmp:size=${bodiesMiB(catalog)}m`, `/var/tmp:size=${responsesMiB}m`];
  if (role === "postgres") return [sized("/tmp"), sized("/var/run/postgresql", "uid=70,gid=70,mode=3777,")];
  // The image declares a volume there, which would otherwise be left behind.
  if (role === "postgres-setup" || role === "secrets") return [sized("/tmp"), sized(dataFolder)];
  if (role === "prometheus" && place === "tests") return [sized("/tmp"), sized("/prometheus", "uid=65534,gid=65534,")];
  if (role === "tests") return [sized("/tmp", "mode=1777,")];
  return [sized("/tmp")];
}

const memory = (target: string, mode?: number, size: unknown = integer(1024 ** 2, 256 * 1024 ** 2)): unknown => ({
  type: "tmpfs",
  target,
  tmpfs: { size, mode },
});
const exactly = (target: string, mebibytes: number): unknown => memory(target, undefined, mebibytes * 1024 ** 2);

function volumesInProduction({ role, catalog }: Service): readonly unknown[] {
  if (role === "reverse-proxy") return [exactly("/tmp", bodiesMiB(catalog)), exactly("/var/tmp", responsesMiB)];
  if (role !== "postgres") return [memory("/tmp")];
  return [
    `postgres-data:${dataFolder}`,
    memory("/tmp"),
    memory("/var/run/postgresql", 0o3777, 1024 ** 2),
    memory("/dev/shm"),
  ];
}

const configsInProduction = ({ role }: Service): readonly unknown[] | undefined =>
  ({
    "reverse-proxy": [
      { source: "nginx", target: "/etc/nginx/nginx.conf" },
      { source: "landing", target: "/usr/share/nginx/html/index.html" },
      { source: "proxy-start", target: "/start.sh" },
    ],
    "postgres-setup": [{ source: "postgres-setup", target: "/setup.sh", mode: 0o555 }],
  })[role as string];

const some = (expected: readonly unknown[] | undefined): unknown =>
  expected && expected.length > 0 ? inAnyOrder(...expected) : undefined;

export const mounts: ServiceRule = {
  name: "each service has its own volumes and files, and no others",
  reason:
    "The data of the database outlives its container. No service reads the secrets of another one, writes to a file of this machine, or reaches the socket of the engine.",
  keys: ["volumes", "tmpfs", "configs", "shm_size"],
  expected: (service) =>
    service.place === "production"
      ? { volumes: some(volumesInProduction(service)), configs: some(configsInProduction(service)) }
      : {
          volumes: some(volumesOnCompose(service)),
          tmpfs: some(memoryOnCompose(service)),
          shm_size: { postgres: "128m", tests: "256m" }[service.role as string],
        },
};
