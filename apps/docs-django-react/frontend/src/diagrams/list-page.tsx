import { type SubmitEvent, useState } from "react";
import { Link, useLoaderData, useNavigate, useRevalidator } from "react-router";
import { ApiError } from "../api/client.ts";
import { createDiagram, deleteDiagram, type Drawing, type Listed } from "../api/diagrams.ts";
import { useTitle } from "../shell/title.ts";
import { limits } from "./limits.ts";
import "./diagrams.css";
import { Field } from "./field.tsx";

const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** What a new diagram begins with. */
const beginning: Omit<Drawing, "name"> = {
  nodes: [
    { id: "n1", kind: "start", label: "Start", x: 0, y: 0 },
    { id: "n2", kind: "end", label: "End", x: 0, y: 130 },
  ],
  edges: [{ id: "w1", source: "n1", target: "n2", label: "" }],
};

export const ListPage = () => {
  const diagrams = useLoaderData<readonly Listed[]>();
  useTitle("Diagrams");
  return (
    <>
      <header className="page-head">
        <div>
          <p className="eyebrow">Flows</p>
          <h1>Diagrams</h1>
          <p className="lead">How things are done here, step by step.</p>
        </div>
      </header>
      <div className="shelf">
        {diagrams.length === 0 ? (
          <p className="card">No diagram has been drawn yet. The first one begins with a name.</p>
        ) : (
          <ul className="diagrams">
            {diagrams.map((diagram) => (
              <Entry key={diagram.id} diagram={diagram} />
            ))}
          </ul>
        )}
        <Create />
      </div>
    </>
  );
};

const Entry = ({ diagram: { id, name, shapes, version, updatedAt } }: { diagram: Listed }) => {
  const { revalidate } = useRevalidator();
  const [wrong, setWrong] = useState<string>();

  const remove = async () => {
    if (!window.confirm(`Delete “${name}”? This can't be undone.`)) return;
    const failure = await failureOf(deleteDiagram(id));
    setWrong(failure?.message);
    await revalidate();
  };

  return (
    <li className="card">
      <h2>
        <Link to={id}>{name}</Link>
      </h2>
      <p className="hint">
        {shapes} {shapes === 1 ? "shape" : "shapes"}, version {version}, saved{" "}
        <time dateTime={updatedAt}>{when.format(new Date(updatedAt))}</time>
      </p>
      <button type="button" className="link" aria-label={`Delete “${name}”`} onClick={() => void remove()}>
        Delete
      </button>
      {wrong !== undefined && (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </li>
  );
};

const Create = () => {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);

  const create = async () => {
    setBusy(true);
    const failure = await failureOf(
      createDiagram({ name, ...beginning }).then(async ({ id }) => navigate(`/diagrams/${id}`)),
    );
    setWrong(failure && (failure.faults.find(({ path }) => path === "name")?.message ?? failure.message));
    setBusy(false);
  };

  return (
    <form
      className="card create"
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void create();
      }}
    >
      <h2>A new diagram</h2>
      <Field label="Name" value={name} limit={limits.name} wrong={wrong} onChange={setName} />
      <button type="submit" className="button" disabled={busy}>
        Draw it
      </button>
    </form>
  );
};

/** Why the server did not do it; undefined when it did. Anything else is a fault of ours, and thrown. */
const failureOf = async (work: Promise<unknown>): Promise<ApiError | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
};
