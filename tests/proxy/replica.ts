/**
 * A replica for the tests of the proxy. It prints every request, answers with its own name, and fails in two ways: it closes
 * the connection at `/cut` and never answers at `/hang`. At `/headers` it answers with the headers that it received. Arguments: the port, and the milliseconds until it listens.
 */
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const [port, startupMs] = process.argv.slice(2).map(Number);

await sleep(startupMs);
createServer((request, response) => {
  process.stdout.write(`${request.method} ${request.url}\n`);
  if (request.url === "/cut") request.socket.destroy();
  else if (request.url === "/headers") response.end(JSON.stringify(request.headers));
  else if (request.url !== "/hang") response.end(hostname());
}).listen(port);
