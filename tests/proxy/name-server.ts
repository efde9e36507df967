/** A name server for nginx: each name has the addresses that a test gives it, as the engine's DNS lists replicas. */
import { type Socket, createSocket } from "node:dgram";

const headLength = 12;
/** An answer that refers to the name of the question: type A, class IN, valid for no time, four bytes. */
const answerHead = Buffer.from([0xc0, headLength, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
const noSuchName = 3;

function nameIn(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = headLength;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  // After the name: the type and the class of the question.
  return { name: labels.join("."), end: at + 5 };
}

function answerTo(query: Buffer, addresses: ReadonlyMap<string, readonly string[]>): Buffer {
  const { name, end } = nameIn(query);
  const found = addresses.get(name) ?? [];
  const head = Buffer.from(query.subarray(0, headLength));
  head.writeUInt16BE(0x8180 | (found.length > 0 ? 0 : noSuchName), 2);
  for (const [offset, count] of [1, found.length, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * offset);
  const answers = found.map((address) => Buffer.concat([answerHead, Buffer.from(address.split(".").map(Number))]));
  return Buffer.concat([head, query.subarray(headLength, end), ...answers]);
}

/** @param addresses by name; it may change while the server runs */
export async function nameServer(
  host: string,
  addresses: ReadonlyMap<string, readonly string[]>,
): Promise<{ readonly port: number; readonly socket: Socket }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => socket.send(answerTo(query, addresses), port, address));
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  return { port: socket.address().port, socket };
}
