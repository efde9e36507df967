/** Steps that the HTTP drivers share: tokens, accounts, signing in and paths. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AppName } from "../../../apps/catalog.ts";
import { fieldsOf } from "../http/html.ts";
import { requireOk } from "../http/request.ts";
import type { Visitor } from "../http/visitor.ts";

/** The names of the hidden fields that hold the CSRF token. */
export const djangoToken = "csrfmiddlewaretoken";
export const flaskToken = "csrf_token";

/** The account that the test stack creates in each application that has accounts. */
export const account = (app: AppName) => ({ name: "tests", password: readFileSync(`/accounts/${app}`, "utf8").trim() });

/** A text that no other test writes. */
export const uniqueText = (): string => `Written by a test ${randomUUID().slice(0, 8)}`;

/** The part of an address that begins with `start`: the path of the application without the prefix of the endpoint. */
export const pathFrom = (address: string, start: string): string => address.slice(address.indexOf(start));

/** Signs in with the account that the test stack created. The form's other fields are submitted as they are. */
export const signInAt =
  (path: string, nameField: string) =>
  async ({ endpoint, get, postForm, follow }: Visitor): Promise<void> => {
    const { name, password } = account(endpoint.app);
    const fields = fieldsOf(requireOk(await get(path)).text);
    requireOk(await follow(await postForm(path, { ...fields, [nameField]: name, password })));
  };
