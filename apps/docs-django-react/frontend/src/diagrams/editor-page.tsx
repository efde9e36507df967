import { useEffect, useMemo, useReducer } from "react";
import { Link, useBlocker, useLoaderData } from "react-router";
import type { Diagram } from "../api/diagrams.ts";
import { useTitle } from "../shell/title.ts";
import { change, toCanvas, toDrawing } from "./canvas-state.ts";
import { Board } from "./board.tsx";
import "./diagrams.css";
import { Field } from "./field.tsx";
import { Inspector } from "./inspector.tsx";
import { limits } from "./limits.ts";
import { nameFault, useSaving } from "./saving.ts";
import { SavingStatus } from "./saving-status.tsx";

export const EditorPage = () => {
  const diagram = useLoaderData<Diagram>();
  // Another diagram is another editor: nothing of the last one stays.
  return <Editor key={diagram.id} diagram={diagram} />;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const Editor = ({ diagram }: { diagram: Diagram }) => {
  const [canvas, act] = useReducer(change, diagram, toCanvas);
  const { last, saving, save, overwrite, reload } = useSaving(diagram);
  const drawing = useMemo(() => toDrawing(canvas), [canvas]);
  const changed = !same(drawing, toDrawing(toCanvas(last)));
  useTitle(last.name);
  useStay(changed);

  const takeTheirs = async () => {
    const theirs = await reload(drawing);
    if (theirs) act({ type: "loaded", drawing: theirs });
  };

  return (
    <>
      <form
        className="page-head"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save(drawing);
        }}
      >
        <div className="naming">
          <p className="eyebrow">
            <Link to="/diagrams">Diagrams</Link>
          </p>
          <h1 className="unseen">{last.name}</h1>
          <Field
            label="Name of the diagram"
            value={canvas.name}
            limit={limits.name}
            wrong={nameFault(saving, canvas.name)}
            onChange={(name) => act({ type: "renamed", name })}
          />
        </div>
        <div className="keeping">
          <button type="submit" className="button" disabled={saving.kind === "busy"}>
            Save
          </button>
          <SavingStatus
            saving={saving}
            changed={changed}
            onTakeTheirs={() => void takeTheirs()}
            onOverwrite={() => void overwrite(drawing)}
          />
        </div>
      </form>
      <div className="workplace">
        <Board canvas={canvas} saving={saving} act={act} />
        <Inspector canvas={canvas} saving={saving} act={act} />
      </div>
    </>
  );
};

/** Ask before changes are lost, whether by a link or by closing the window. */
const useStay = (changed: boolean): void => {
  useBlocker(
    ({ currentLocation, nextLocation }) =>
      changed &&
      currentLocation.pathname !== nextLocation.pathname &&
      !window.confirm("Leave without saving? Your changes will be lost."),
  );
  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);
};
