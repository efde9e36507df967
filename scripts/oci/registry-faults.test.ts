/** Registries that are slow to agree with themselves, and tags that do not move. */
import { afterEach, describe, expect, test } from "vitest";
import {
  type Fault,
  basic,
  closeServers,
  credentials,
  failureOf,
  fakeRegistry,
  image,
  layout,
  loseAnswer,
  repository,
  requireLogin,
  respondWith,
} from "./testing/fake-registry.ts";

afterEach(closeServers);

const blobUnknown = (code: string) => JSON.stringify({ errors: [{ code, message: "blob unknown to registry" }] });
const later = { "retry-after": "3" };

test.each<[string, () => Fault]>([
  ["429 with Retry-After", () => respondWith(/PUT/u, 2, 429, later)],
  ["503 with Retry-After", () => respondWith(/PUT/u, 2, 503, later)],
  ["a manifest that is not found at first", () => respondWith(/GET .*manifests/u, 3, 404)],
  ["BLOB_UNKNOWN once", () => respondWith(/PUT .*manifests/u, 1, 404, {}, blobUnknown("BLOB_UNKNOWN"))],
  [
    "MANIFEST_BLOB_UNKNOWN once",
    () => respondWith(/PUT .*manifests/u, 1, 400, {}, blobUnknown("MANIFEST_BLOB_UNKNOWN")),
  ],
  ["a lost answer to a blob", () => loseAnswer(/PUT .*blobs/u, 1)],
  ["a lost answer to a manifest", () => loseAnswer(/PUT .*manifests/u, 1)],
  ["a lost answer to a read", () => loseAnswer(/GET/u, 1)],
])("a push overcomes %s", async (_, fault) => {
  const fake = await fakeRegistry(fault());
  expect(await fake.client().push(repository, layout)).toBe(layout.digest);
  expect(fake.waits.length).toBeGreaterThan(0);
  expect(fake.blobs.size).toBe(layout.blobs.length);
  expect([...fake.manifests.keys()]).toEqual([`${repository} ${layout.digest}`]);
});

test("after BLOB_UNKNOWN the blobs are checked, and those that are gone are pushed again", async () => {
  const fake = await fakeRegistry();
  const lost = layout.blobs[1]!.digest;
  let first = true;
  fake.faults.push(async (request, response) => {
    if (!first || !/PUT .*manifests/u.test(`${request.method} ${request.url}`)) return false;
    first = false;
    fake.blobs.delete(lost);
    return respondWith(/./u, 1, 404, {}, blobUnknown("BLOB_UNKNOWN"))(request, response);
  });
  expect(await fake.client().push(repository, layout)).toBe(layout.digest);
  expect(fake.blobs.has(lost)).toBe(true);
  expect(fake.lines().filter((line) => line.startsWith("POST"))).toHaveLength(layout.blobs.length + 1);
});

test("a manifest that is never found after it was accepted fails the push", async () => {
  const fake = await fakeRegistry(respondWith(/GET/u, 99, 404));
  expect((await failureOf(fake.client().push(repository, layout))).message).toContain(`has no ${layout.digest}`);
});

test.each(["\n", "\r\n", " ", "\t\n"])("credentials that were pasted with %j are used without it", async (pasted) => {
  const fake = await fakeRegistry(
    requireLogin(
      () => `Basic realm="r"`,
      () => [basic],
    ),
  );
  const { username, password } = credentials;
  const client = fake.client({ credentials: { username: username + pasted, password: pasted + password + pasted } });
  expect(await client.push(repository, layout)).toBe(layout.digest);
});

test("a line break within a token is an error that does not show the token", async () => {
  const fake = await fakeRegistry();
  const failure = await failureOf(
    (async () => fake.client({ credentials: { username: "x", password: "dckr\npat" } }))(),
  );
  expect(failure.message).toContain("DOCKER_HUB_ACCESS_TOKEN");
  expect(String(failure.stack) + failure.remedy).not.toContain("dckr");
});

describe("a tag that cannot be moved", () => {
  const immutable = (status: number): Fault =>
    respondWith(/PUT .*manifests\/v1/u, 99, status, {}, '{"errors":[{"code":"DENIED","message":"tag is immutable"}]}');
  const emptyImage = { schemaVersion: 2, mediaType: image, config: layout.blobs[0], layers: [] };

  test.each([400, 403, 409])("counts as moved where it names the digest already (%i)", async (status) => {
    const fake = await fakeRegistry(immutable(status));
    fake.put("v1", image, JSON.parse(Buffer.from(layout.manifest.bytes).toString()) as object);
    const client = fake.client({ credentials });
    await client.push(repository, layout);
    await client.tag(repository, layout.digest, "v1");
    expect(await client.resolve(repository, "v1")).toBe(layout.digest);
  });

  test.each([400, 403, 409])("is an error that names both digests where it names another (%i)", async (status) => {
    const fake = await fakeRegistry(immutable(status));
    const older = fake.put("v1", image, emptyImage);
    const client = fake.client({ credentials });
    await client.push(repository, layout);
    const { message, remedy } = await failureOf(client.tag(repository, layout.digest, "v1"));
    for (const part of [older.digest, layout.digest, "tag is immutable"]) expect(message).toContain(part);
    expect(remedy).toContain("immutable");
  });
});

describe("the platforms behind a tag", () => {
  test("are those of an image's configuration, or of an index", async () => {
    const fake = await fakeRegistry();
    const client = fake.client();
    await client.push(repository, layout);
    const configuration = Buffer.from('{"os":"linux","architecture":"amd64"}');
    const digest = await client.pushDocument(repository, "application/vnd.example+json", configuration);
    const { layers } = JSON.parse(String(fake.manifests.get(`${repository} ${digest}`)?.bytes)) as {
      layers: readonly [object];
    };
    const amd64 = fake.put("amd64", image, { schemaVersion: 2, mediaType: image, config: layers[0], layers: [] });
    const platform = { os: "linux", architecture: "arm64" };
    const index = "application/vnd.oci.image.index.v1+json";
    fake.put("both", index, { schemaVersion: 2, mediaType: index, manifests: [{ ...amd64, platform }] });
    expect(await client.platforms(repository, "amd64")).toEqual([{ os: "linux", architecture: "amd64" }]);
    expect(await client.platforms(repository, "both")).toEqual([platform]);
    expect(await client.platforms(repository, "none")).toEqual([]);
  });
});
