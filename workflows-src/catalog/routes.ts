/** The paths below port 80: each is of one application only, and none is the proxy's own. Pure. */
import type { Catalog } from "../../apps/catalog.ts";
import { found } from "./entry.ts";

/** Paths that the proxy answers itself. */
const ownRoutes = ["/healthz/", "/proxy-errors/"];

const wellFormed = /^\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)+$/u;

export const routes = (catalog: Catalog): readonly string[] => {
  const entries = Object.entries(catalog).map(([name, app]) => ({ name, app }));
  // The landing page leads to an application with a port of its own by its name.
  const direct = entries.filter(({ app }) => app.route === null).map(({ name }) => `/${name}/`);
  return entries.flatMap((entry, index) => {
    const { route } = entry.app;
    if (route === null) return [];
    if (!wellFormed.test(route) || route.length > 64)
      return [
        found(
          entry,
          "route",
          route,
          `use lower-case letters, digits and dashes between slashes, such as "/${entry.name}/"`,
        ),
      ];
    const own = [...ownRoutes, ...direct].find((path) => route.startsWith(path));
    if (own !== undefined) return [found(entry, "route", route, `the proxy itself answers at ${own}; use another one`)];
    const holder = entries.find(
      ({ app }, other) =>
        other !== index &&
        app.route !== null &&
        wellFormed.test(app.route) &&
        (app.route === route ? other < index : route.startsWith(app.route)),
    );
    if (holder === undefined) return [];
    return [
      found(
        entry,
        "route",
        route,
        holder.app.route === route
          ? `that is already the one of ${holder.name}; use another one`
          : `it lies within ${holder.app.route}, the one of ${holder.name}; use another one`,
      ),
    ];
  });
};
