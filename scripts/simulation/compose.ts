/** The stacks that compose runs: the one that serves, and the test stack. */
import { type AppName, type AppSpec, appNames, catalog, routed } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import type { Environment } from "../../contract/inputs.ts";
import { report } from "./containers.ts";
import { type Handler, type State, begins, imageIn, lines, portIn, replicaIds, valueOf } from "./state.ts";

const services = [...appNames, "reverse-proxy", "postgres"] as const;

export const compose = ({ projects, containers, volumes }: State): Handler => {
  return (command, { env, files }) => {
    if (begins(command, "docker", "compose")) {
      const project = valueOf(command, "--project-name");
      const verb = command.find((word) => ["up", "down", "ps", "cp", "run", "config"].includes(word));
      if (verb === "up") {
        projects.set(project, env);
        volumes.add(`${project}_postgres-data`);
      }
      if (verb === "down") {
        projects.delete(project);
        if (command.includes("--volumes")) volumes.delete(`${project}_postgres-data`);
      }
      if (verb === "config") return lines(appNames.map((name) => imageIn(env, name)));
      if (verb === "ps") return lines(replicaIds(command.at(-1) ?? ""));
      if (verb === "run") containers.set(valueOf(command, "--name"), { command });
      if (verb === "cp") {
        const folder = command.at(-1) ?? "";
        files.write(`${folder}/junit.xml`, report);
        const replicas = appNames.map((app) => [app, replicaIds(app).map((id) => id.slice(0, 12))]);
        files.write(`${folder}/replicas.json`, JSON.stringify(Object.fromEntries(replicas)));
      }
      return {};
    }
    const serving = projects.get(stackName);
    if (begins(command, "docker", "ps") && command.includes(`label=com.docker.compose.project=${stackName}`)) {
      if (serving === undefined) return {};
      if (command.at(-1)?.endsWith("{{.Status}}"))
        return lines(services.map((name) => `${name} ${name} Up 1 second (healthy)`));
      return command.at(-1) === "{{.Ports}}"
        ? lines([...appNames, "reverse-proxy"].map((name) => `0.0.0.0:${portIn(serving, name)}->1/tcp`))
        : lines(services.map((name) => `${stackName}-${name}-1`));
    }
    if (begins(command, "docker", "inspect", "--format", "{{json .}}") && serving !== undefined)
      return lines(services.map((name) => JSON.stringify(inspected(name, serving))));
    return undefined;
  };
};

/** A container of the stack that serves, as docker describes it. */
function inspected(name: (typeof services)[number], env: Environment): object {
  const bindings = (pairs: readonly (readonly [number, string])[]) =>
    Object.fromEntries(pairs.map(([port, host]) => [`${port}/tcp`, [{ HostPort: host }]]));
  const app: AppSpec | undefined = name in catalog ? catalog[name as AppName] : undefined;
  const ports =
    name === "reverse-proxy"
      ? bindings([
          [80, portIn(env, name)],
          ...routed(catalog).map(([behind, { publishedPort }]) => [publishedPort, portIn(env, behind)] as const),
        ])
      : app?.route === null
        ? bindings([[app.port, portIn(env, name)]])
        : {};
  return {
    Config: {
      Image: imageIn(env, name) || name,
      Labels: { "com.docker.compose.service": name },
      Env: name === "reverse-proxy" ? [`TRUSTED_PROXIES=${env["TRUSTED_PROXIES"] ?? ""}`] : [],
    },
    HostConfig: { PortBindings: ports },
  };
}
