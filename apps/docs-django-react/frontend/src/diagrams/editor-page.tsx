import { useMemo, useReducer } from "react";
import { Link, useLoaderData, useNavigate } from "react-router";
import type { Diagram } from "../api/diagrams.ts";
import { Field } from "../shell/field.tsx";
import { useSession, useSignInUrl } from "../shell/session.ts";
import { useTitle } from "../shell/title.ts";
import { CanvasPanel } from "./canvas-panel.tsx";
import { toCanvas, toDrawing } from "./canvas-state.ts";
import "./diagrams.css";
import { historyReducer, initialHistory, isSameDrawing } from "./history.ts";
import { Inspector } from "./inspector.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { LeaveDialog, useLeaveGuard } from "./leave-dialog.tsx";
import { limits } from "./limits.ts";
import { nameError, useSaving } from "./saving.ts";
import { SavingStatus } from "./saving-status.tsx";

export const EditorPage = () => {
  const diagram = useLoaderData<Diagram>();
  // The key resets the editor's state when another diagram is opened.
  return <Editor key={diagram.id} diagram={diagram} />;
};

const Editor = ({ diagram }: { diagram: Diagram }) => {
  const navigate = useNavigate();
  const { mayWrite } = useSession();
  const signInUrl = useSignInUrl();
  const [{ past, present: canvas, future }, dispatch] = useReducer(historyReducer, diagram, initialHistory);
  const { last, saving, save, overwrite, reload, saveAsNew } = useSaving(diagram);
  const drawing = useMemo(() => toDrawing(canvas), [canvas]);
  const changed = !isSameDrawing(drawing, toDrawing(toCanvas(last)));
  const { blocker, allowLeaving } = useLeaveGuard(changed);
  useTitle(last.name);

  const saveChanges = () => {
    if (changed && mayWrite && saving.kind !== "saving") void save(drawing);
  };
  const undo = () => dispatch({ type: "undone" });
  const redo = () => dispatch({ type: "redone" });
  useShortcuts({ save: saveChanges, undo, redo });

  const loadNewer = async () => {
    const newer = await reload(drawing);
    if (newer) dispatch({ type: "loaded", drawing: newer });
  };

  const saveAsNewAndOpen = async () => {
    const copy = await saveAsNew(drawing);
    if (!copy) return;
    allowLeaving();
    await navigate(`/diagrams/${copy.id}`, { replace: true });
  };

  return (
    <>
      <form
        className="page-header"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saveChanges();
        }}
      >
        <div className="diagram-name">
          <p className="eyebrow">
            <Link to="/diagrams">Diagrams</Link>
          </p>
          <h1 className="visually-hidden">{last.name}</h1>
          <Field
            label="Name of the diagram"
            value={canvas.name}
            limit={limits.name}
            error={nameError(saving, drawing.name)}
            onChange={(name) => dispatch({ type: "renamed", name })}
          />
        </div>
        <div className="save-bar">
          {mayWrite ? (
            <button type="submit" className="button" aria-keyshortcuts="Control+S Meta+S" aria-disabled={saving.kind === "saving"}>
              Save
            </button>
          ) : (
            <Link className="button" to={signInUrl}>
              Sign in to save
            </Link>
          )}
          <SavingStatus
            saving={saving}
            changed={changed}
            signIn={signInUrl}
            onLoadNewer={() => void loadNewer()}
            onOverwrite={() => void overwrite(drawing)}
            onSaveAsNew={() => void saveAsNewAndOpen()}
          />
        </div>
      </form>
      <div className="editor">
        <CanvasPanel
          canvas={canvas}
          saving={saving}
          dispatch={dispatch}
          onUndo={past.length > 0 ? undo : undefined}
          onRedo={future.length > 0 ? redo : undefined}
        />
        <Inspector canvas={canvas} saving={saving} dispatch={dispatch} />
      </div>
      <LeaveDialog blocker={blocker} mayWrite={mayWrite} onSave={async () => (await save(drawing)) !== undefined} />
    </>
  );
};
