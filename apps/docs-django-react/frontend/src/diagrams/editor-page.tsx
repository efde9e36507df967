import { useMemo, useReducer } from "react";
import { Link, useLoaderData, useNavigate } from "react-router";
import type { Diagram } from "../api/diagrams.ts";
import { Field } from "../shell/field.tsx";
import { useSession, useSignInAddress } from "../shell/session.ts";
import { useTitle } from "../shell/title.ts";
import { Board } from "./board.tsx";
import { toCanvas, toDrawing } from "./canvas-state.ts";
import "./diagrams.css";
import { begin, same, step } from "./history.ts";
import { Inspector } from "./inspector.tsx";
import { useKeys } from "./keys.ts";
import { Leaving, useLeaving } from "./leaving.tsx";
import { limits } from "./limits.ts";
import { nameFault, useSaving } from "./saving.ts";
import { SavingStatus } from "./saving-status.tsx";

export const EditorPage = () => {
  const diagram = useLoaderData<Diagram>();
  // Another diagram is another editor: nothing of the last one stays.
  return <Editor key={diagram.id} diagram={diagram} />;
};

const Editor = ({ diagram }: { diagram: Diagram }) => {
  const navigate = useNavigate();
  const { mayWrite } = useSession();
  const address = useSignInAddress();
  const [{ past, present: canvas, future }, act] = useReducer(step, diagram, begin);
  const { last, saving, save, overwrite, reload, saveAsNew } = useSaving(diagram);
  const drawing = useMemo(() => toDrawing(canvas), [canvas]);
  const changed = !same(drawing, toDrawing(toCanvas(last)));
  const { blocker, leaveFreely } = useLeaving(changed);
  useTitle(last.name);

  const saveChanges = () => {
    if (changed && mayWrite && saving.kind !== "busy") void save(drawing);
  };
  const undo = () => act({ type: "undone" });
  const redo = () => act({ type: "redone" });
  useKeys({ save: saveChanges, undo, redo });

  const takeTheirs = async () => {
    const theirs = await reload(drawing);
    if (theirs) act({ type: "loaded", drawing: theirs });
  };

  const keepAsNew = async () => {
    const copy = await saveAsNew(drawing);
    if (!copy) return;
    leaveFreely();
    await navigate(`/diagrams/${copy.id}`, { replace: true });
  };

  return (
    <>
      <form
        className="page-head"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saveChanges();
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
            wrong={nameFault(saving, drawing.name)}
            onChange={(name) => act({ type: "renamed", name })}
          />
        </div>
        <div className="keeping">
          {mayWrite ? (
            <button type="submit" className="button" aria-keyshortcuts="Control+S Meta+S" aria-disabled={saving.kind === "busy"}>
              Save
            </button>
          ) : (
            <Link className="button" to={address}>
              Sign in to save
            </Link>
          )}
          <SavingStatus
            saving={saving}
            changed={changed}
            signIn={address}
            onTakeTheirs={() => void takeTheirs()}
            onOverwrite={() => void overwrite(drawing)}
            onKeepAsNew={() => void keepAsNew()}
          />
        </div>
      </form>
      <div className="workplace">
        <Board
          canvas={canvas}
          saving={saving}
          act={act}
          onUndo={past.length > 0 ? undo : undefined}
          onRedo={future.length > 0 ? redo : undefined}
        />
        <Inspector canvas={canvas} saving={saving} act={act} />
      </div>
      <Leaving blocker={blocker} mayWrite={mayWrite} onSave={async () => (await save(drawing)) !== undefined} />
    </>
  );
};
