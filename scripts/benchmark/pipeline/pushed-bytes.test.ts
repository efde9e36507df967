import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { recordingEffects } from "../../core/recording-effects.ts";
import { digestOf, manifestTypes } from "../../oci/layout.ts";
import { publishedBlobs, pushBetween } from "./pushed-bytes.ts";

describe("a push", () => {
  test.each([
    {
      name: "of everything",
      before: [],
      after: [
        ["a", 5],
        ["b", 7],
      ],
      is: { added: 12, all: 12 },
    },
    { name: "of nothing", before: [["a", 5]], after: [["a", 5]], is: { added: 0, all: 5 } },
    {
      name: "of one layer",
      before: [
        ["a", 5],
        ["b", 7],
      ],
      after: [
        ["a", 5],
        ["c", 1],
      ],
      is: { added: 1, all: 6 },
    },
  ] as const)("$name", ({ before, after, is }) =>
    expect(pushBetween(new Map<string, number>(before), new Map<string, number>(after))).toEqual(is),
  );
});

describe("the blobs of an account", () => {
  const [imageType = "", , indexType = ""] = manifestTypes;
  const blob = (name: string, size: number) => ({ mediaType: "any", digest: digestOf(Buffer.from(name)), size });
  const image = (name: string) =>
    JSON.stringify({
      mediaType: imageType,
      config: blob(`${name} config`, 10),
      layers: [blob(name, 1000), blob("base", 500)],
    });
  const registry = (manifests: ReadonlyMap<string, string>, status = 200) =>
    recordingEffects({
      fetch: async (url) => {
        const path = new URL(String(url)).pathname;
        const found = [...manifests].find(([name]) => path.endsWith(name));
        return found === undefined ? new Response(undefined, { status: 404 }) : new Response(found[1], { status });
      },
    }).fx;

  test("are those of its images, once for each repository", async () => {
    const manifests = new Map(
      appNames.map((app) => [`/v2/ours/${catalog[app].image}/manifests/latest`, image(app)] as const),
    );
    const blobs = await publishedBlobs("127.0.0.1:5000/ours", registry(manifests));
    const texts = [...manifests.values()].reduce((sum, text) => sum + text.length, 0);
    expect(pushBetween(new Map(), blobs).all).toBe(appNames.length * (10 + 1000 + 500) + texts);
  });

  test("are found through an index", async () => {
    const child = image("one");
    const index = JSON.stringify({ mediaType: indexType, manifests: [blob(child, child.length)] });
    const manifests = new Map([
      [`/${catalog[appNames[0] as keyof typeof catalog].image}/manifests/latest`, index],
      [digestOf(Buffer.from(child)), child],
    ]);
    const blobs = await publishedBlobs("127.0.0.1:5000/ours", registry(manifests));
    expect(pushBetween(new Map(), blobs).all).toBe(index.length + child.length + 1510);
  });

  test("are none before the first push", async () =>
    expect(await publishedBlobs("127.0.0.1:5000/ours", registry(new Map()))).toEqual(new Map()));

  test("cannot be told where the registry fails", async () => {
    const failing = registry(new Map([["latest", "down"]]), 503);
    await expect(publishedBlobs("127.0.0.1:5000/ours", failing)).rejects.toThrow("503");
  });
});
