import { useState } from "react";
import { Link, useRevalidator } from "react-router";
import { type ApiError, catchApiError } from "../api/client.ts";
import { deleteDiagram, type DiagramSummary, renameDiagram } from "../api/diagrams.ts";
import { Dialog } from "../shell/dialog.tsx";
import { Field } from "../shell/field.tsx";
import { limits } from "./limits.ts";

const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

interface EntryProps {
  readonly diagram: DiagramSummary;
  readonly mayWrite: boolean;
  readonly onDeleted: (name: string) => void;
}

export const Entry = ({ diagram, mayWrite, onDeleted }: EntryProps) => {
  const { id, name, shapes, version, savedBy, updatedAt } = diagram;
  const [open, setOpen] = useState<"rename" | "delete">();
  const close = () => setOpen(undefined);
  return (
    <li className="card">
      <h2>
        <Link to={`/diagrams/${id}`}>{name}</Link>
      </h2>
      <p className="hint">
        {shapes} {shapes === 1 ? "shape" : "shapes"}, version {version}, saved{" "}
        {savedBy !== "" && <>by {savedBy}, </>}
        <time dateTime={updatedAt}>{dateTime.format(new Date(updatedAt))}</time>
      </p>
      {mayWrite && (
        <p className="actions">
          <button type="button" className="link-button" aria-label={`Rename “${name}”`} onClick={() => setOpen("rename")}>
            Rename
          </button>
          <button type="button" className="link-button" aria-label={`Delete “${name}”`} onClick={() => setOpen("delete")}>
            Delete
          </button>
        </p>
      )}
      {open === "rename" && <Rename diagram={diagram} onClose={close} />}
      {open === "delete" && <Delete diagram={diagram} onClose={close} onDeleted={onDeleted} />}
    </li>
  );
};

interface EntryDialogProps {
  readonly diagram: DiagramSummary;
  readonly onClose: () => void;
}

const Rename = ({ diagram: { id, name, version }, onClose }: EntryDialogProps) => {
  const { revalidate } = useRevalidator();
  const [typed, setTyped] = useState(name);
  const [failure, setFailure] = useState<ApiError>();

  const rename = async () => {
    const error = await catchApiError(renameDiagram(id, typed, version));
    setFailure(error);
    // After a conflict, too, this loads the current version, which the next attempt then uses.
    await revalidate();
    if (error === undefined) onClose();
  };

  return (
    <Dialog title={`Rename “${name}”`} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <Field
          label="New name"
          value={typed}
          limit={limits.name}
          error={failure && (failure.messageFor("name") ?? failure.message)}
          onChange={setTyped}
        />
        <p className="actions">
          <button type="submit" className="button">
            Rename
          </button>
          <button type="button" className="button secondary" onClick={onClose}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
};

const Delete = ({ diagram: { id, name, version }, onClose, onDeleted }: EntryDialogProps & Pick<EntryProps, "onDeleted">) => {
  const { revalidate } = useRevalidator();
  const [failure, setFailure] = useState<ApiError>();

  const remove = async () => {
    const error = await catchApiError(deleteDiagram(id, version));
    setFailure(error);
    // This loads the current version, which the next attempt then uses.
    if (error?.code === "version_conflict") await revalidate();
    if (error) return;
    onClose();
    await revalidate();
    onDeleted(name);
  };

  return (
    <Dialog title={`Delete “${name}”?`} onClose={onClose}>
      <p>This deletes the diagram for everyone and cannot be undone.</p>
      {failure && (
        <p className="error" role="alert">
          {failure.message}
        </p>
      )}
      <p className="actions">
        <button type="button" className="button danger" onClick={() => void remove()}>
          Delete
        </button>
        <button type="button" className="button secondary" onClick={onClose}>
          Cancel
        </button>
      </p>
    </Dialog>
  );
};
