import { screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { edit, loads, outline, saved, savedText, unchangedText, url } from "./editor.ts";

const shapes = () => outline().getAllByRole("listitem").length;

describe("keyboard", () => {
  test.each(["{Control>}s{/Control}", "{Meta>}s{/Meta}"])("%s saves", async (keys) => {
    const { requests, user } = await edit({ ...loads, [`PUT ${url}`]: [{ body: { ...saved, name: "Tea!" } }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await user.keyboard("s");
    expect(requests.at(-1)?.method).toBe("GET");
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.type(screen.getByLabelText("Name of the diagram"), "Tea!");
    await user.keyboard(keys);
    expect(await screen.findByText(savedText)).toBeVisible();
  });

  test("undoes and redoes by shortcut and by button", async () => {
    const { user } = await edit(loads);
    expect(screen.getByRole("button", { name: "Undo" })).toHaveAttribute("aria-disabled", "true");
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.click(screen.getByRole("button", { name: "Delete this shape" }));
    expect(shapes()).toBe(2);
    await user.keyboard("{Control>}z{/Control}");
    expect(screen.getByRole("status")).toHaveTextContent(unchangedText);
    await user.keyboard("{Control>}{Shift>}Z{/Shift}{/Control}");
    expect(shapes()).toBe(2);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await user.keyboard("{Control>}y{/Control}");
    expect(shapes()).toBe(2);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await user.click(screen.getByRole("button", { name: "Redo" }));
    expect(shapes()).toBe(2);
    // In a field the browser handles the shortcut; other shortcuts do nothing.
    await user.click(screen.getByLabelText("Name of the diagram"));
    await user.keyboard("{Control>}z{/Control}{Control>}b{/Control}{Control>}{Alt>}z{/Alt}{/Control}");
    expect(shapes()).toBe(2);
  });

  test("does not save without changes", async () => {
    const { requests, user } = await edit(loads);
    await user.keyboard("{Control>}s{/Control}");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(requests.some(({ method }) => method === "PUT")).toBe(false);
  });

  test("surrounding spaces are not a change after saving", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ body: { ...saved, name: "Green Tea" } }] });
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.type(screen.getByLabelText("Name of the diagram"), "Green Tea ");
    await save();
    expect(await screen.findByText(savedText)).toBeVisible();
  });

  test("the focus stays in the outline when its buttons are replaced", async () => {
    const { user } = await edit(loads);
    outline().getByRole("button", { name: /Thirst/ }).focus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("complementary", { name: "Selected shape" })).toHaveFocus();
    await user.tab();
    expect(screen.getByRole("button", { name: "Back to the outline" })).toHaveFocus();
  });
});
