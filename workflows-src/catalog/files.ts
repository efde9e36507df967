/** The folder and the Dockerfile of each application. Pure: the caller reads the files. */
import type { Catalog } from "../../apps/catalog.ts";
import { found } from "./entry.ts";

/** The stages that a Dockerfile names. */
const targetsIn = (dockerfile: string): readonly string[] =>
  [...dockerfile.matchAll(/^FROM\s.*\sAS\s+(\S+)\s*$/gimu)].map(([, name = ""]) => name);

/** @param readFile the text of a file of the repository; `undefined` if it does not exist */
export const fileFindings = (catalog: Catalog, readFile: (path: string) => string | undefined): readonly string[] =>
  Object.entries(catalog).flatMap(([name, app]) => {
    const path = `apps/${app.image}/Dockerfile`;
    const dockerfile = readFile(path);
    if (dockerfile === undefined)
      return [found({ name, app }, "image", app.image, `there is no ${path}; add it, or correct the image`)];
    const targets = targetsIn(dockerfile);
    const exposed = [...dockerfile.matchAll(/^EXPOSE\s+(\d+)/gmu)].map(([, port]) => Number(port));
    return [
      ...app.tests
        .filter((target) => !targets.includes(target))
        .map((target) =>
          found({ name, app }, "a target of tests", target, `${path} has ${targets.join(", ")}; use one of these`),
        ),
      ...(exposed.includes(app.port)
        ? []
        : [
            found(
              { name, app },
              "port",
              app.port,
              `${path} exposes ${exposed.join(", ") || "none"}; use the same in both`,
            ),
          ]),
    ];
  });
