/** The health reports of the replicas that a simulated stack runs. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import type { Environment } from "../../contract/inputs.ts";
import { type State, imageIn, portIn } from "./state.ts";

/** Responds for the stack that publishes the port of the URL; each request to an address reaches the next replica. */
export function endpoints({ projects, services }: State, deployed: () => Environment | undefined) {
  const requests = new Map<string, number>();
  return (url: URL): Response => {
    const port = url.port || "80";
    const environments = [...projects.values(), deployed()].filter((env) => env !== undefined);
    for (const env of environments) {
      const app = appAt(url.pathname, port, env);
      if (app === undefined) continue;
      const release = services.get(`${stackName}_${app}`)?.image ?? imageIn(env, app);
      const before = requests.get(url.href) ?? 0;
      requests.set(url.href, before + 1);
      return Response.json({ app, replica: String(before % catalog[app].replicas), release });
    }
    return new Response(undefined, { status: 502, statusText: "Bad Gateway" });
  };
}

const appAt = (path: string, port: string, env: Environment): AppName | undefined =>
  appNames.find((app) => {
    const { route } = catalog[app];
    return (
      portIn(env, app) === port || (route !== null && portIn(env, "reverse-proxy") === port && path.startsWith(route))
    );
  });
