/**
 * A replica that tells what it was asked, and takes its time to start; asked for `/cut` or `/hang`, it fails as some do.
 * Arguments: its port, and the milliseconds until it listens.
 */
import { createServer } from "node:http";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

const [port, starting] = process.argv.slice(2).map(Number);

await wait(starting);
createServer((request, response) => {
  process.stdout.write(`${request.method} ${request.url}\n`);
  if (request.url === "/cut") request.socket.destroy();
  else if (request.url !== "/hang") response.end(hostname());
}).listen(port);
