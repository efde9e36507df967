import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { filesBelow } from "../scripts/core/work-tree.ts";
import { images } from "./base-images.ts";

/** The stand-ins of these images are built from scratch. */
const standIns = "scripts/engine/bases/";
const dockerfiles = filesBelow(".")
  .map((path) => path.replace(/^\.\//u, ""))
  .filter((path) => /(?:^|\/)(?:[^/]+\.)?Dockerfile$/u.test(path) && !path.startsWith(standIns));

/** What a Dockerfile takes from a registry: the images of FROM and COPY --from that are not stages or build contexts. */
function imagesOf(dockerfile: string): readonly string[] {
  const froms = [...dockerfile.matchAll(/^FROM (?:--\S+ )*(\S+)(?: AS (\S+))?$/gimu)];
  const copies = [...dockerfile.matchAll(/--from=([^\s,]*[:@]\S*)/gu)].map(([, image = ""]) => image);
  const stages = ["scratch", ...froms.map(([, , stage]) => stage)];
  return [...froms.map(([, image = ""]) => image).filter((image) => !stages.includes(image)), ...copies];
}

describe("the Dockerfiles and the table of base images", () => {
  test.each(dockerfiles)("%s is built from images of the table", (path) => {
    const used = imagesOf(readFileSync(path, "utf8"));
    expect(used.filter((image) => !Object.values<string>(images).includes(image))).toEqual([]);
    expect(used.length).toBeGreaterThan(0);
  });

  test.each([images.application, images.assets, images.tests, images.tools])(
    "%s is the base of a Dockerfile",
    (image) =>
      expect(dockerfiles.filter((path) => imagesOf(readFileSync(path, "utf8")).includes(image))).not.toEqual([]),
  );

  test("an image is recognized in every form in which a Dockerfile can name it", () => {
    const text =
      "FROM --platform=linux/amd64 a:1 AS one\nfrom b:2\nFROM one\nFROM scratch\nCOPY --from=c:3 x y\nCOPY --from=one x y\n";
    expect(imagesOf(text)).toEqual(["a:1", "b:2", "c:3"]);
  });
});
