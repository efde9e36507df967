import { afterEach, expect, test } from "vitest";
import { MAX_DOCUMENT_BYTES, artifactOf } from "./artifact.ts";
import { digestOf } from "./layout.ts";
import {
  closeServers,
  failureOf,
  fakeRegistry,
  image,
  layout,
  loseAnswer,
  respondWith,
} from "./testing/fake-registry.ts";

afterEach(closeServers);

const repository = "wmd/wmd-release";
const type = "application/vnd.wmd.release.v1+json";
const bytes = Buffer.from('{"release":57}');

test("a document is pushed as an artifact of its own type, and read back by its tag and by its digest", async () => {
  const fake = await fakeRegistry();
  const client = fake.client();
  const digest = await client.pushDocument(repository, type, bytes);
  expect(await client.document(repository, "latest", type)).toBeUndefined();
  await client.tag(repository, digest, "latest");
  for (const reference of ["latest", digest]) {
    const read = await client.document(repository, reference, type);
    expect(read?.digest).toBe(digest);
    expect(Buffer.from(read?.bytes ?? []).toString()).toBe(bytes.toString());
  }
  expect(JSON.parse(String(fake.manifests.get(`${repository} latest`)?.bytes))).toMatchObject({
    mediaType: image,
    artifactType: type,
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(Buffer.from("{}")), size: 2 },
    layers: [{ mediaType: type, digest: digestOf(bytes), size: bytes.length }],
  });
});

test("an image is no document, and neither is a document of another type", async () => {
  const fake = await fakeRegistry();
  const client = fake.client();
  await client.push(repository, layout);
  const other = await client.pushDocument(repository, "application/vnd.example+json", bytes);
  for (const reference of [layout.digest, other])
    expect((await failureOf(client.document(repository, reference, type))).message).toContain(type);
});

test("a document that is too large is not read", async () => {
  const fake = await fakeRegistry();
  const { manifest } = artifactOf(type, Buffer.alloc(MAX_DOCUMENT_BYTES + 1));
  fake.manifests.set(`${repository} latest`, { type: image, bytes: Buffer.from(manifest.bytes) });
  expect((await failureOf(fake.client().document(repository, "latest", type))).message).toContain("bytes");
  expect(fake.lines().filter((line) => line.includes("/blobs/"))).toEqual([]);
});

test("a document that is cut short is fetched again, and never returned", async () => {
  const fake = await fakeRegistry();
  const client = fake.client();
  const digest = await client.pushDocument(repository, type, bytes);
  fake.faults.push(respondWith(/GET .*blobs/u, 1, 200, {}, bytes.toString().slice(0, 5)));
  expect((await client.document(repository, digest, type))?.bytes).toHaveLength(bytes.length);
  expect(fake.waits).toHaveLength(1);
  fake.faults.push(respondWith(/GET .*blobs/u, 99, 200, {}, bytes.toString().toUpperCase()));
  expect((await failureOf(client.document(repository, digest, type))).message).toContain(digestOf(bytes));
});

test("an answer that is lost does not write the document twice", async () => {
  const fake = await fakeRegistry(loseAnswer(/PUT/u, 2));
  const digest = await fake.client().pushDocument(repository, type, bytes);
  expect([...fake.manifests.keys()]).toEqual([`${repository} ${digest}`]);
  expect(fake.blobs.size).toBe(2);
});
