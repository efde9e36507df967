import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { disk } from "../core/files.ts";
import { type Platform, digestOf, readLayout } from "./layout.ts";

let root: string;
let count = 0;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "oci-layout-"))));
afterAll(() => rm(root, { recursive: true }));

const amd64: Platform = { os: "linux", architecture: "amd64" };
const arm64: Platform = { os: "linux", architecture: "arm64" };

interface Content {
  readonly layers?: readonly string[];
  readonly platforms?: readonly Platform[];
  /** With an attestation beside each image, which BuildKit wraps into an index. */
  readonly attested?: boolean;
  /** The content of the descriptor, where it differs from the truth. */
  readonly called?: Platform;
}

/** A layout as BuildKit writes it, and its files by their path. */
async function writeLayout({
  layers = ["base", "application"],
  platforms = [amd64],
  attested = false,
  called,
}: Content = {}) {
  const folder = join(root, String(count++));
  const files = new Map<string, Buffer>([["oci-layout", Buffer.from(`{"imageLayoutVersion":"1.0.0"}`)]]);
  const blob = (mediaType: string, content: string) => {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    files.set(`blobs/sha256/${digest.slice(7)}`, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const manifest = (config: object, contents: readonly string[]) => {
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const body = {
      schemaVersion: 2,
      mediaType,
      config: blob("application/vnd.oci.image.config.v1+json", JSON.stringify(config)),
      layers: contents.map((layer) => blob("application/vnd.oci.image.layer.v1.tar+gzip", layer)),
    };
    return blob(mediaType, JSON.stringify(body));
  };
  const history = [
    ...layers.map((layer) => ({ created_by: `COPY ${layer}` })),
    { created_by: "USER 1000", empty_layer: true },
  ];
  const images = platforms.map((platform) => ({
    ...manifest(
      { ...platform, config: { Env: ["PATH=/bin", "OPTIONS=a=b"], Labels: { owner: "wmd" } }, history },
      layers,
    ),
    platform: called ?? platform,
  }));
  const attestations = (attested ? images : []).map(({ digest }) => ({
    ...manifest({ os: "unknown", architecture: "unknown" }, [`statement about ${digest}`]),
    platform: { os: "unknown", architecture: "unknown" },
    annotations: { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest },
  }));
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const manifests = attested
    ? [blob(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, manifests: [...images, ...attestations] }))]
    : images;
  files.set("index.json", Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  for (const [path, bytes] of files) await writeFile(join(folder, path), bytes);
  return { folder, files, digests: images.map(({ digest }) => digest) };
}

test.each([{ attested: false }, { attested: true }])(
  "what was written is read back (attested: $attested)",
  async ({ attested }) => {
    const { folder, digests } = await writeLayout({ attested });
    const layout = await readLayout(folder, disk);
    expect(layout.digest).toBe(digests[0]);
    expect(digestOf(layout.manifest.bytes)).toBe(layout.digest);
    expect(layout.manifest.mediaType).toBe("application/vnd.oci.image.manifest.v1+json");
    expect(layout.blobs).toHaveLength(3);
    for (const { digest, size, path } of layout.blobs) {
      const bytes = await readFile(path);
      expect([digestOf(bytes), bytes.length]).toEqual([digest, size]);
    }
    expect(layout.size).toBe("base".length + "application".length);
    expect(layout.configuration).toMatchObject({
      platform: amd64,
      labels: { owner: "wmd" },
      env: { PATH: "/bin", OPTIONS: "a=b" },
      layers: [{ createdBy: "COPY base" }, { createdBy: "COPY application", size: "application".length }],
    });
  },
);

test("a layer that occurs twice is one blob and two layers", async () => {
  const { folder } = await writeLayout({ layers: ["same", "same"] });
  const layout = await readLayout(folder, disk);
  expect(layout.blobs).toHaveLength(2);
  expect(layout.size).toBe("same".length);
  expect(layout.configuration.layers).toHaveLength(2);
});

test("of several images, the platform chooses", async () => {
  const { folder, digests } = await writeLayout({ platforms: [amd64, arm64], attested: true });
  expect((await readLayout(folder, disk, arm64)).digest).toBe(digests[1]);
  await expect(readLayout(folder, disk)).rejects.toThrow(/several images: linux\/amd64, linux\/arm64/u);
  await expect(readLayout(folder, disk, { os: "linux", architecture: "riscv64" })).rejects.toThrow(
    /no image for linux\/riscv64; it has linux\/amd64/u,
  );
});

type Damage = (layout: Awaited<ReturnType<typeof writeLayout>>) => Promise<void>;
const layerPath = `blobs/sha256/${digestOf(Buffer.from("application")).slice(7)}`;
const damages: readonly {
  readonly what: string;
  readonly says: RegExp;
  readonly content?: Content;
  readonly damage?: Damage;
}[] = [
  { what: "no folder", says: /lacks oci-layout/u, damage: ({ folder }) => rm(folder, { recursive: true }) },
  { what: "no index", says: /lacks index\.json/u, damage: ({ folder }) => rm(join(folder, "index.json")) },
  { what: "a missing layer", says: /lacks blobs\/sha256\//u, damage: ({ folder }) => rm(join(folder, layerPath)) },
  {
    what: "a truncated layer",
    says: /has 3 bytes of sha256:\w+, which has 11/u,
    damage: ({ folder }) => writeFile(join(folder, layerPath), "app"),
  },
  {
    what: "another layer of that size",
    says: /other bytes under sha256:\w+: they are sha256:\w+/u,
    damage: ({ folder }) => writeFile(join(folder, layerPath), "APPLICATION"),
  },
  {
    what: "a later version",
    says: /version "2\.0\.0"/u,
    damage: ({ folder }) => writeFile(join(folder, "oci-layout"), `{"imageLayoutVersion":"2.0.0"}`),
  },
  {
    what: "an index that is cut off",
    says: /not JSON/u,
    damage: ({ folder }) => writeFile(join(folder, "index.json"), `{"manif`),
  },
  { what: "no image", says: /no image; it has none at all/u, content: { platforms: [] } },
  {
    what: "a wrong platform",
    says: /calls sha256:\w+ linux\/arm64, but it was built for linux\/amd64/u,
    content: { called: arm64 },
  },
  {
    what: "a path instead of a digest",
    says: /"sha256:\.\.\/\.\.\/secret", which is no sha256 digest/u,
    damage: ({ folder }) =>
      writeFile(join(folder, "index.json"), `{"manifests":[{"digest":"sha256:../../secret","size":1}]}`),
  },
];
test.each(damages)("$what is found, and the layout named", async ({ says, content, damage }) => {
  const layout = await writeLayout(content);
  await damage?.(layout);
  const failure: unknown = await readLayout(layout.folder, disk).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toContain(layout.folder);
  expect(String(failure)).toMatch(says);
});

test("a flipped bit in any blob is found; in the index, it never gives another image", async () => {
  const { folder, files, digests } = await writeLayout({ attested: true });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files.keys()), fc.nat(), fc.nat(7), async (path, position, bit) => {
      const good = files.get(path) ?? Buffer.alloc(0);
      const flipped = Buffer.from(good);
      const at = position % good.length;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      await writeFile(join(folder, path), flipped);
      const found = await readLayout(folder, disk).then(
        ({ digest }) => digest,
        (error: unknown) => error,
      );
      await writeFile(join(folder, path), good);
      if (found === digests[0]) expect(path).not.toMatch(/^blobs/u);
      else expect(found).toBeInstanceOf(UserError);
    }),
    { numRuns: 150 },
  );
  expect((await readLayout(folder, disk)).digest).toBe(digests[0]);
});
