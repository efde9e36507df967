/** The compose files and the proxy's configuration of the seed, for the applications of the catalog. Pure. */
import { stringify } from "yaml";
import { type AppName, type AppSpec, appNames, catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";

/** Options of a service of compose. */
type Service = Readonly<Record<string, unknown>>;

const proxy = "reverse-proxy";
const behindProxy = routed(catalog);
const direct = appNames.filter((app) => catalog[app].route === null);

/** The seed's file has replicas of one application only. */
const replicated = appNames.find((app) => catalog[app].replicas > 1);

/** @param wsgiModules the modules of the applications that have no `manage.py runserver` */
function application(app: AppName, wsgiModules: ReadonlyMap<AppName, string>): Service {
  const { image, replicas }: AppSpec = catalog[app];
  const wsgi = wsgiModules.get(app);
  return {
    image: `\${DOCKER_USERNAME}/${image}:latest`,
    build: { context: `./${image}` },
    environment: { ENVIRONMENT: "development" },
    ...(wsgi === undefined ? {} : { command: ["python", "serve.py", wsgi] }),
    ...(app === replicated ? { deploy: { replicas } } : {}),
  };
}

const reverseProxy: Service = {
  image: images.proxy,
  volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"],
  depends_on: behindProxy.map(([app]) => app),
};

/** What the workflow builds and pushes. */
export function deployedCompose(wsgiModules: ReadonlyMap<AppName, string>): string {
  const applications = appNames.map((app) => {
    const { port, publishedPort, route }: AppSpec = catalog[app];
    const reached = route === null ? { ports: [`${publishedPort}:${port}`] } : { expose: [String(port)] };
    return [app, { ...application(app, wsgiModules), ...reached }] as const;
  });
  return stringify({
    services: { [proxy]: { ...reverseProxy, ports: ["80:80"] }, ...Object.fromEntries(applications) },
  });
}

/** What the workflow tests. It publishes no port. */
export const testCompose = (wsgiModules: ReadonlyMap<AppName, string>): string =>
  stringify({
    services: {
      [proxy]: reverseProxy,
      ...Object.fromEntries(appNames.map((app) => [app, application(app, wsgiModules)])),
      tests: {
        image: images.application,
        command: ["python", "/smoke.py", ...testedAddresses],
        volumes: ["./smoke.py:/smoke.py:ro"],
        depends_on: [proxy, ...direct],
      },
    },
  });

const testedAddresses: readonly string[] = [
  ...direct.map((app) => `http://${app}:${catalog[app].port}/healthz`),
  ...behindProxy.map(([, { route }]) => `http://${proxy}${route}healthz`),
];

export const nginxConf = `events {
    worker_connections 1024;
}

http {
    server {
        listen 80;
${behindProxy
  .map(
    ([app, { route, port }]) => `
        location ${route} {
            proxy_pass http://${app}:${port}/;
        }
`,
  )
  .join("")}    }
}
`;
