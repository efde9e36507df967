import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { digestOf } from "./layout.ts";
import { registryClient } from "./registry.ts";
import {
  closeServers,
  big,
  failureOf,
  fakeRegistry,
  image,
  index,
  layout,
  repository,
  respondWith,
} from "./testing/fake-registry.ts";

afterEach(closeServers);

test("an image is pushed by digest, and no tag moves", async () => {
  const fake = await fakeRegistry();
  expect(await fake.client().push(repository, layout)).toBe(layout.digest);
  expect([...fake.blobs.keys()].toSorted()).toEqual(layout.blobs.map(({ digest }) => digest).toSorted());
  expect([...fake.manifests.keys()]).toEqual([`${repository} ${layout.digest}`]);
  const upload = fake.log.find(({ headers }) => headers["content-length"] === String(big.length));
  expect(upload?.headers["transfer-encoding"]).toBeUndefined();
});

test("three blobs are uploaded at once, and no more", async () => {
  let begun = 0;
  let beforeAnyEnded = 0;
  let open = () => {};
  const gate = new Promise<void>((opened) => (open = opened));
  const fake = await fakeRegistry(async ({ method }) => {
    if (method !== "HEAD") return false;
    if (++begun === 3)
      // After a fourth would have come.
      void sleep(50).then(() => {
        beforeAnyEnded = begun;
        open();
      });
    await gate;
    return false;
  });
  expect(await fake.client().push(repository, layout)).toBe(layout.digest);
  expect(beforeAnyEnded).toBe(3);
});

test("what is there is not uploaded again", async () => {
  const fake = await fakeRegistry();
  await fake.client().push(repository, layout);
  fake.log.splice(0);
  await fake.client().push(repository, layout);
  expect(fake.lines().filter((line) => line.startsWith("POST"))).toEqual([]);
});

test("a tag points at what was pushed, byte for byte, and moves when it is set again", async () => {
  const fake = await fakeRegistry();
  const client = fake.client();
  const older = fake.put("latest", image, {
    schemaVersion: 2,
    mediaType: image,
    config: layout.blobs[0],
    layers: [],
  });
  expect(await client.resolve(repository, "latest")).toBe(older.digest);
  await client.push(repository, layout);
  await client.tag(repository, layout.digest, "latest");
  expect(await client.resolve(repository, "latest")).toBe(layout.digest);
  expect(fake.manifests.get(`${repository} latest`)?.type).toBe(image);
});

test("a manifest that is not there cannot be tagged", async () => {
  const fake = await fakeRegistry();
  expect((await failureOf(fake.client().tag(repository, layout.digest, "latest"))).message).toContain(
    `${repository} has no ${layout.digest}`,
  );
});

test("nothing behind a tag is undefined", async () => {
  const fake = await fakeRegistry();
  expect(await fake.client().resolve(repository, "latest")).toBeUndefined();
});

test("an index is its one image: the attestation beside it is none", async () => {
  const fake = await fakeRegistry();
  const one = fake.put("one", image, { schemaVersion: 2, mediaType: image, config: layout.blobs[0], layers: [] });
  const attestation = {
    ...one,
    digest: digestOf(Buffer.from("else")),
    platform: { os: "unknown", architecture: "unknown" },
  };
  const amd64 = { ...one, platform: { os: "linux", architecture: "amd64" } };
  const absent = { ...attestation, platform: { os: "linux", architecture: "arm64" } };
  fake.put("attested", index, { schemaVersion: 2, mediaType: index, manifests: [amd64, attestation] });
  fake.put("several", index, { schemaVersion: 2, mediaType: index, manifests: [amd64, absent] });
  const client = fake.client();
  expect(await client.resolve(repository, "attested")).toBe(one.digest);
  expect(await client.resolve(repository, "several", amd64.platform)).toBe(one.digest);
  expect((await failureOf(client.resolve(repository, "several"))).message).toMatch(
    /several images: linux\/amd64, linux\/arm64/u,
  );
  expect((await failureOf(client.resolve(repository, "several", absent.platform))).message).toContain(
    `lacks ${absent.digest}`,
  );
});

test.each([
  { what: "other bytes than were asked for", by: "digest", headers: {} },
  {
    what: "another digest than its bytes have",
    by: "tag",
    headers: { "docker-content-digest": digestOf(Buffer.from("promised")) },
  },
])("$what is an error that says both", async ({ by, headers }) => {
  const forged = JSON.stringify({ schemaVersion: 2, mediaType: image, config: {}, layers: [] });
  const fake = await fakeRegistry(respondWith(/GET/u, 99, 200, { "content-type": image, ...headers }, forged));
  const { message } = await failureOf(fake.client().resolve(repository, by === "tag" ? "latest" : layout.digest));
  expect(message).toContain(digestOf(Buffer.from(forged)));
  expect(message).toContain(by === "tag" ? digestOf(Buffer.from("promised")) : layout.digest);
});

test("a page of somebody else is no manifest", async () => {
  const fake = await fakeRegistry(
    respondWith(/GET/u, 99, 200, { "content-type": "text/html" }, "<html>Log in to the network</html>"),
  );
  expect((await failureOf(fake.client().resolve(repository, "latest"))).message).toContain("not JSON");
});

test("a layer is streamed: most of it is never in memory", async () => {
  const size = 256_000_000;
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const path = join(folder, "huge");
  await writeFile(path, "");
  await truncate(path, size);
  const fake = await fakeRegistry((request, response) => {
    if (!/PUT .*blobs/u.test(`${request.method} ${request.url}`)) return false;
    request.resume().on("end", () => response.writeHead(201).end());
    return true;
  });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
  await fake.client().push(repository, { ...layout, blobs: [{ digest: digestOf(big), size, path }] });
  clearInterval(watch);
  await rm(folder, { recursive: true });
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(size / 2);
});

test.each([
  ["Wmd/image", "latest"],
  ["wmd/../other", "latest"],
  ["wmd/image", "a/b"],
  ["wmd/image", ""],
])("%s %s is no name", async (name, reference) => {
  await failureOf(registryClient("docker.io").resolve(name, reference));
});
