import { beforeEach, describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import type { Inputs } from "../../contract/contracts.ts";
import { type Digests, asTested } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import { readLayout } from "../oci/layout.ts";
import { writeLayout } from "../simulation/images.ts";
import { type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { currentInputs } from "../proofs/current-inputs.ts";
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
    expect(await publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, fx)).toEqual(tested);
    expect(registry.tags.slice(0, appNames.length).toSorted()).toEqual(tagged("sha-1"));
    expect(registry.tags.slice(appNames.length).toSorted()).toEqual(tagged("latest"));
  });

  test("tags nothing when one image of the release cannot be pushed", async () => {
    const last = catalog[appNames.at(-1)!].image;
    const { fx, registry } = await machineWithImages({
      respond: ({ method, url }) =>
        method === "POST" && url.includes(`/${last}/`) ? new Response(undefined, { status: 403 }) : undefined,
    });
    await expect(publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, fx)).rejects.toThrow(UserError);
    expect(registry.tags).toEqual([]);
  });

  test("moves no `latest` when a tag is refused", async () => {
    const { fx, registry } = await machineWithImages({
      respond: ({ method, url }) =>
        method === "PUT" && url.endsWith("/manifests/sha-1") ? new Response(undefined, { status: 403 }) : undefined,
    });
    await expect(publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, fx)).rejects.toThrow(UserError);
    expect(registry.tags).toEqual([]);
  });

  test("refuses an image whose bytes are not those that were tested, and pushes nothing", async () => {
    const { fx, registry } = await machineWithImages();
    writeLayout(images[appNames[0]!]!, "built later", fx.files);
    await expect(publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, fx)).rejects.toThrow(
      tested[appNames[0]!],
    );
    expect(registry.tags).toEqual([]);
  });

  test("a signal ends it between two images, and nothing is tagged", async () => {
    let puts = 0;
    const machine = await machineWithImages({
      respond: ({ method, url }) => {
        if (method === "PUT" && url.includes("/manifests/") && ++puts === Math.min(2, appNames.length))
          machine.cancel();
        return undefined;
      },
    });
    await expect(publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, machine.fx)).rejects.toThrow(
      "ended by SIGINT",
    );
    expect(machine.registry.tags).toEqual([]);
  });

  test("an image that is carried is not pushed, and gets the tags of the release", async () => {
    const first = await machineWithImages();
    await publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, first.fx);
    const [app, ...others] = appNames;
    const built = Object.fromEntries(others.map((one) => [one, images[one]!]));
    const carried = { [app!]: tested[app!] } as Inputs<"publish">["carried"];
    expect(await publishTo(owner, { images: built, carried, tested, tag: "sha-2" }, first.fx)).toEqual(tested);
    expect(first.registry.tags.filter((name) => name.endsWith(":sha-2")).toSorted()).toEqual(tagged("sha-2"));
  });

  test("refuses to carry another image than the tested one, and one that is neither built nor carried", async () => {
    const { fx, registry } = await machineWithImages();
    const [app, ...others] = appNames;
    const built = Object.fromEntries(others.map((one) => [one, images[one]!]));
    for (const carried of [{ [app!]: `sha256:${"f".repeat(64)}` as const }, {}])
      await expect(publishTo(owner, { images: built, carried, tested, tag: "sha-1" }, fx)).rejects.toThrow(app!);
    expect(registry.tags).toEqual([]);
  });

  test("refuses an image for another processor than the published one, and pushes nothing", async () => {
    const { fx, registry } = await machineWithImages();
    await publishTo(owner, { images, carried: {}, tested, tag: "sha-1" }, fx);
    const [app] = appNames;
    writeLayout(images[app!]!, "arm64", fx.files, {}, "arm64");
    const other = asTested({ ...tested, [app!]: (await readLayout(images[app!]!, fx.files)).digest });
    const before = registry.tags.length;
    await expect(publishTo(owner, { images, carried: {}, tested: other, tag: "sha-2" }, fx)).rejects.toThrow(
      /linux\/arm64.*linux\/amd64/u,
    );
    expect(registry.tags).toHaveLength(before);
  });

  test("names every setting that is missing", async () => {
    const { fx } = await machineWithImages();
    const settings = { DOCKER_USERNAME: "", DOCKER_HUB_USERNAME: "x", DOCKER_HUB_ACCESS_TOKEN: "" };
    await expect(
      publish({ images, carried: {}, tested, proofs: {}, tag: "sha-1", settings }, currentInputs(fx), fx),
    ).rejects.toThrow(/DOCKER_USERNAME and DOCKER_HUB_ACCESS_TOKEN are/u);
  });
});
