import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { editorTexts } from "../src/diagrams/texts.ts";
import { diagram } from "./data.ts";
import { edit, loads, outline, saved, savedText, unchangedText, unsavedText, url } from "./editor.ts";
import { open } from "./page.tsx";
import { errorBody, serve, titleOf } from "./server.ts";

describe("the editor", () => {
  test("shows the diagram and its outline as text", async () => {
    await edit(loads);
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea");
    await waitFor(() => expect(document.title).toBe("Tea · Charts and flows"));
    expect(outline().getByText("Leads to Tea (yes)")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent(unchangedText);
  });

  test("saves the changes with the version that was loaded", async () => {
    const { requests, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [{ body: { ...saved, nodes: [], edges: [] } }],
    });
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.clear(screen.getByLabelText("Text"));
    await user.type(screen.getByLabelText("Text"), "Milk?");
    await user.type(screen.getByLabelText("Label of the connection to “Tea”"), "!");
    await user.click(screen.getByRole("button", { name: "Add a shape: step" }));
    expect(screen.getByRole("status")).toHaveTextContent(unsavedText);
    await save();
    await waitFor(() =>
      expect(requests.at(-1)).toMatchObject({
        method: "PUT",
        body: {
          version: 3,
          nodes: [{}, { label: "Milk?" }, {}, { id: "n4", label: "New step" }],
          edges: [{}, { label: "yes!" }, { source: "b", target: "n4" }],
        },
      }),
    );
  });

  test("shows the time of the save, and bases the next save on it", async () => {
    const { requests, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [{ body: { ...saved, name: "Teas" } }, { body: { ...saved, version: 5, name: "Teas!" } }],
    });
    const field = screen.getByLabelText("Name of the diagram");
    await user.type(field, "s");
    await save();
    expect(await screen.findByText(savedText)).toBeVisible();
    await user.type(field, "!");
    await save();
    await waitFor(() => expect(requests.at(-1)?.body).toMatchObject({ version: 4, name: "Teas!" }));
  });

  test("connects, disconnects and deletes without a pointer", async () => {
    const { user } = await edit(loads);
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.selectOptions(screen.getByLabelText("Connect to"), "Tea");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    expect(screen.getByLabelText("Label of the connection to “Tea”")).toBeVisible();
    // No node is left to connect with.
    expect(screen.queryByLabelText("Connect to")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Remove the connection to “Water?”" }));
    expect(screen.queryByLabelText("Label of the connection to “Water?”")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Back to the outline" }));
    expect(outline().getByText("Leads to Tea")).toBeVisible();
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.click(screen.getByRole("button", { name: "Delete this shape" }));
    expect(outline().queryByText(/Thirst/)).not.toBeInTheDocument();
  });

  test("shows a hint in an empty diagram", async () => {
    await edit({ [`GET ${url}`]: [{ body: { ...diagram, nodes: [], edges: [] } }] });
    expect(screen.getByText(editorTexts.empty)).toBeVisible();
  });

  test("shows the error for a missing diagram", async () => {
    serve({ [`GET ${url}`]: [{ status: 404, body: errorBody("diagram_not_found") }] });
    open("/diagrams/d1");
    expect(await screen.findByText(titleOf("diagram_not_found"))).toBeVisible();
  });
});

describe("without write permission", () => {
  const closed = { "GET /api/session": [{ body: { user: null, mayWrite: false } }] };

  test("links to the sign-in page instead of saving", async () => {
    serve({ ...loads, ...closed });
    open("/diagrams/d1");
    const link = await screen.findByRole("link", { name: "Sign in to save" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fdiagrams%2Fd1");
    expect(screen.queryByRole("button", { name: "Save" })).not.toBeInTheDocument();
  });

  test("asks before leaving, but does not offer to save", async () => {
    serve({ ...loads, ...closed });
    const { user } = open("/diagrams/d1");
    await user.type(await screen.findByLabelText("Name of the diagram"), "!{Control>}s{/Control}");
    await user.click(screen.getByRole("link", { name: "Dashboard" }));
    expect(await screen.findByRole("button", { name: "Leave without saving" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Save and leave" })).not.toBeInTheDocument();
  });

  test("after a sign-out elsewhere, offers to sign in in a new tab", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status: 401, body: errorBody("sign_in_to_edit") }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    const link = await screen.findByRole("link", { name: /^Sign in \(in a new tab\)/ });
    expect(link).toHaveAttribute("target", "_blank");
  });
});

test("markup in a label is shown as text", async () => {
  const label = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const nodes = diagram.nodes.map((node) => ({ ...node, label }));
  serve({ [`GET ${url}`]: [{ body: { ...diagram, name: label, nodes } }] });
  open("/diagrams/d1");
  expect(await screen.findAllByText(label)).not.toHaveLength(0);
  expect(document.querySelector("script, img[onerror]")).toBeNull();
  await waitFor(() => expect(document.title).toContain(label));
});

test("the page does not link to other hosts", async () => {
  await edit(loads);
  const hosts = screen.getAllByRole<HTMLAnchorElement>("link").map(({ host }) => host);
  expect(new Set(hosts)).toEqual(new Set([window.location.host]));
  expect(screen.getByText(editorTexts.credit)).toBeVisible();
});
