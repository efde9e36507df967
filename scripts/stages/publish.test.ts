import { beforeEach, describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import type { Digests } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import { readLayout } from "../oci/layout.ts";
import { writeLayout } from "../simulation/images.ts";
import { type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { publish, publishTo } from "./publish.ts";

const owner = "127.0.0.1:5050/wmd";
const images = Object.fromEntries(appNames.map((app) => [app, `.pipeline/oci/${app}`]));
let tested: Digests<"tested">;

/** A machine with a layout of each application, as the build stage leaves them. */
async function machineWithImages(options: Options = {}) {
  const machine = simulatedMachine(options);
  for (const app of appNames) writeLayout(`.pipeline/oci/${app}`, app, machine.fx.files);
  tested = Object.fromEntries(
    await Promise.all(
      appNames.map(async (app) => [app, (await readLayout(`.pipeline/oci/${app}`, machine.fx.files)).digest] as const),
    ),
  );
  return machine;
}
beforeEach(async () => void (await machineWithImages()));

const tagged = (tag: string) => appNames.map((app) => `wmd/${catalog[app].image}:${tag}`).toSorted();

describe("the publish stage", () => {
  test("tags every image with the commit's tag before any `latest` moves", async () => {
    const { fx, registry } = await machineWithImages();
    expect(await publishTo(owner, { images, tested, tag: "sha-1" }, fx)).toEqual(tested);
    expect(registry.tags.slice(0, appNames.length).toSorted()).toEqual(tagged("sha-1"));
    expect(registry.tags.slice(appNames.length).toSorted()).toEqual(tagged("latest"));
  });

  test("tags nothing when one image of the release cannot be pushed", async () => {
    const last = catalog[appNames.at(-1)!].image;
    const { fx, registry } = await machineWithImages({
      respond: ({ method, url }) =>
        method === "POST" && url.includes(`/${last}/`) ? new Response(undefined, { status: 403 }) : undefined,
    });
    await expect(publishTo(owner, { images, tested, tag: "sha-1" }, fx)).rejects.toThrow(UserError);
    expect(registry.tags).toEqual([]);
  });

  test("moves no `latest` when a tag is refused", async () => {
    const { fx, registry } = await machineWithImages({
      respond: ({ method, url }) =>
        method === "PUT" && url.endsWith("/manifests/sha-1") ? new Response(undefined, { status: 403 }) : undefined,
    });
    await expect(publishTo(owner, { images, tested, tag: "sha-1" }, fx)).rejects.toThrow(UserError);
    expect(registry.tags).toEqual([]);
  });

  test("refuses an image whose bytes are not those that were tested, and pushes nothing", async () => {
    const { fx, registry } = await machineWithImages();
    writeLayout(images[appNames[0]!]!, "built later", fx.files);
    await expect(publishTo(owner, { images, tested, tag: "sha-1" }, fx)).rejects.toThrow(tested[appNames[0]!]);
    expect(registry.tags).toEqual([]);
  });

  test("a signal ends it between two images, and nothing is tagged", async () => {
    let puts = 0;
    const machine = await machineWithImages({
      respond: ({ method, url }) => {
        if (method === "PUT" && url.includes("/manifests/") && ++puts === 2) machine.cancel();
        return undefined;
      },
    });
    await expect(publishTo(owner, { images, tested, tag: "sha-1" }, machine.fx)).rejects.toThrow("ended by SIGINT");
    expect(machine.registry.tags).toEqual([]);
  });

  test("names every setting that is missing", async () => {
    const { fx } = await machineWithImages();
    const settings = { DOCKER_USERNAME: "", DOCKER_HUB_USERNAME: "x", DOCKER_HUB_ACCESS_TOKEN: "" };
    await expect(publish({ images, tested, tag: "sha-1", settings }, fx)).rejects.toThrow(
      /DOCKER_USERNAME and DOCKER_HUB_ACCESS_TOKEN are/u,
    );
  });
});
