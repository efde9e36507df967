/** The image of each service, and the program that runs in it. */
import { grafanaImage, images } from "../../../contract/base-images.ts";
import { text } from "../core/exactly.ts";
import type { Keys, Service, ServiceRule } from "./service.ts";

/** An image of somebody else, with the tag of one release. */
const released = (image: string): unknown =>
  /^(?:[a-z0-9-]+\/)*[a-z0-9-]+:v?\d+(?:\.\d+)*(?:-[a-z]+)?$/u.test(image)
    ? image
    : "an image with the tag of a release";

function imageOf({ role, app, place }: Service): unknown {
  switch (role) {
    case "application":
    case "prepare": {
      const variable = `IMAGE_${app.name.toUpperCase().replaceAll("-", "_")}`;
      return place === "production"
        ? text(new RegExp(`^\\$\\{${variable}:\\?[^}]+\\}$`, "u"))
        : text(new RegExp(`^\\$\\{${variable}:-\\$\\{DOCKER_USERNAME:\\?[^}]+\\}/${app.image}:latest\\}$`, "u"));
    }
    case "reverse-proxy":
    case "ready":
      return released(images.proxy);
    case "postgres":
    case "postgres-setup":
    case "secrets":
      return released(images.database);
    case "prometheus":
      return released(images.metrics);
    case "grafana":
      return released(grafanaImage);
    case "tests":
      return "wmd-tests";
    case "stripe-fake":
      return "wmd-stripe-fake";
    case "stripe-mock":
      return released(images.stripeMock);
  }
}

function buildOf({ role, app, place }: Service): unknown {
  if (role === "application" && place !== "production")
    return { context: `./apps/${app.image}`, additional_contexts: { appkit: "./apps/appkit" } };
  if (role === "tests") return { context: ".", dockerfile: "tests/Dockerfile" };
  if (role === "stripe-fake") return { context: "./apps/appkit", dockerfile: "stripe_fake/Dockerfile" };
  return undefined;
}

/** A service that runs once. In the tests it has to stay, because the test stack ends with its first container. */
const once = (place: Service["place"], command: readonly string[], ...more: readonly string[]): Keys =>
  place === "tests"
    ? {
        command: ["sh", "-c", [command.join(" "), ...more, "touch /tmp/done", "exec sleep infinity"].join(" && ")],
        init: true,
      }
    : { command };

const setupArguments = ({ catalog }: Service): readonly string[] => ["/setup.sh", ...Object.keys(catalog)];

function secretFiles({ catalog, place }: Service): readonly string[] {
  const apps = Object.keys(catalog).flatMap((name) => [`${name}/database-password`, `${name}/secret-key`]);
  const others = ["postgres/database-password", ...(place === "laptop" ? ["grafana/admin-password"] : [])];
  return [...apps, ...others].map((file) => `/secrets/${file}`);
}

function programOf(service: Service): Keys {
  const { role, app, place, catalog } = service;
  switch (role) {
    case "prepare": {
      const account = `{ test -s /accounts/${app.name} || python manage.py create-admin tests >/accounts/${app.name}; }`;
      return once(place, ["python", "manage.py", "prepare"], ...(app.accounts ? [account] : []));
    }
    case "reverse-proxy":
      return { entrypoint: ["/bin/sh", "/start.sh"] };
    case "ready":
      // Process 1 ignores SIGTERM, and this one has nothing to finish.
      return { entrypoint: [], command: ["sleep", "infinity"], stop_signal: "SIGKILL" };
    case "postgres": {
      const connections = Object.values(catalog).reduce(
        (sum, { replicas, threads, moreConnections = 0 }) => sum + replicas * (threads + moreConnections),
        0,
      );
      const [, ...written] = /^max_connections=(\d+)$/u.exec(String((service.keys["command"] as string[])[2])) ?? [];
      // During an update old and new replicas run side by side.
      const enough = Number(written[0]) >= 2 * connections;
      const settings = ["-c", enough ? text(/^max_connections=\d+$/u) : `max_connections=${2 * connections} or more`];
      // The data of a test is dropped with its stack. Anywhere else these two would lose it in a power failure.
      const unsafe = place === "tests" ? ["-c", "fsync=off", "-c", "full_page_writes=off"] : [];
      return { command: ["postgres", ...settings, ...unsafe] };
    }
    case "postgres-setup":
      return place === "production"
        ? { entrypoint: setupArguments(service) }
        : { entrypoint: [], ...once(place, setupArguments(service)) };
    case "secrets":
      return { entrypoint: [], ...once(place, ["/secrets.sh", ...secretFiles(service)], "chmod 1777 /accounts") };
    case "application":
    case "prometheus":
    case "grafana":
    case "tests":
    case "stripe-fake":
    case "stripe-mock":
      return {};
  }
}

export const program: ServiceRule = {
  name: "each service runs its own program from its own image",
  reason:
    "Production runs images by their digests, which the deploy stage sets. A failure of a script is not swallowed, and the database keeps what it confirmed.",
  keys: ["image", "build", "entrypoint", "command", "init", "stop_signal"],
  expected: (service) => ({ image: imageOf(service), build: buildOf(service), ...programOf(service) }),
};
