/** Registries on loopback for tests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { images } from "../contract/base-images.ts";
import type { Effects } from "../scripts/core/effects.ts";
import { docker } from "../scripts/docker/docker.ts";
import { waitForRegistry } from "../scripts/docker/registry-container.ts";
import { type Registry, registryClient } from "../scripts/oci/registry.ts";

export const credentials = { username: "publisher", password: "open sesame" };
/** The output of `htpasswd -nbB publisher "open sesame"`; registries accept only bcrypt. */
const htpasswd = "publisher:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";
const settings = ["AUTH=htpasswd", "AUTH_HTPASSWD_REALM=test", "AUTH_HTPASSWD_PATH=/htpasswd"];

/**
 * nginx in front of an open registry. An engine sends its login only to a registry that asks for one already at `/v2/`, so
 * the client decides, and not the method alone.
 */
const publicSite = `
map "$request_method $http_user_agent" $realm {
  "~^(GET|HEAD) (?!docker/)" off;
  default test;
}
server {
  listen 80;
  client_max_body_size 0;
  auth_basic $realm;
  auth_basic_user_file /htpasswd;
  location / {
    proxy_pass http://127.0.0.1:5000;
    proxy_set_header Host $http_host;
    proxy_request_buffering off;
  }
}
`;

/**
 * `locked` requires the login for everything, `open` for nothing. `public` is like a public repository of Docker Hub:
 * everybody may read it, and writing requires the login. The pull of an engine requires it as well, so that a deployment that
 * does not hand on its login fails.
 */
export const registryKinds = ["open", "locked", "public"] as const;
export type RegistryKind = (typeof registryKinds)[number];

export interface TestRegistry {
  readonly host: string;
  /** Logged in, where the registry requires it. */
  readonly client: Registry;
  readonly stop: () => Promise<void>;
}

let started = 0;

export async function testRegistry(fx: Effects, kind: RegistryKind): Promise<TestRegistry> {
  const name = `wmd-test-registry-${process.pid}-${++started}`;
  const site = `${name}-site`;
  const environment = kind === "locked" ? settings.flatMap((setting) => ["--env", `REGISTRY_${setting}`]) : [];
  const port = kind === "public" ? 80 : 5000;
  const published = `127.0.0.1::${port}`;
  await fx.output(["docker", "create", "--name", name, "--publish", published, ...environment, images.registry]);
  if (kind === "locked") await copyIn({ "/htpasswd": htpasswd }, name, fx);
  await fx.output(docker.startAgain(name));
  if (kind === "public") {
    await fx.output(docker.create(site, images.proxy, { network: `container:${name}` }));
    await copyIn({ "/htpasswd": htpasswd, "/etc/nginx/conf.d/default.conf": publicSite }, site, fx);
    await fx.output(docker.startAgain(site));
  }
  const host = (await fx.output(docker.port(name, port))).split("\n")[0]?.trim() ?? "";
  await waitForRegistry(host, name, fx);
  return {
    host,
    client: registryClient(host, kind === "open" ? {} : { credentials }),
    stop: async () => void (await fx.cleanUp(docker.remove(...(kind === "public" ? [name, site] : [name])))),
  };
}

/** Writes files, by their path, into a container that was not started yet. */
async function copyIn(files: Readonly<Record<string, string>>, container: string, fx: Effects): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "wmd-registry-"));
  const file = join(folder, "file");
  for (const [path, text] of Object.entries(files)) {
    writeFileSync(file, text);
    await fx.output(docker.copyIn(file, container, path));
  }
  rmSync(folder, { recursive: true });
}
