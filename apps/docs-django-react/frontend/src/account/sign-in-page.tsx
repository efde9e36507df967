import { useState } from "react";
import { useNavigate, useRevalidator, useSearchParams } from "react-router";
import { type ApiError, catchApiError } from "../api/client.ts";
import { signIn } from "../api/session.ts";
import { Field } from "../shell/field.tsx";
import { returnPath } from "../shell/session.ts";
import { useTitle } from "../shell/title.ts";
import { FormError } from "./form-error.tsx";

export const SignInPage = () => {
  const navigate = useNavigate();
  const { revalidate } = useRevalidator();
  const [query] = useSearchParams();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  useTitle("Sign in");

  const submit = async () => {
    setBusy(true);
    const error = await catchApiError(signIn(name, password));
    setFailure(error);
    setBusy(false);
    if (error) return;
    await revalidate();
    await navigate(returnPath(query.get("next")), { replace: true });
  };

  return (
    <form
      className="panel account"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1>Sign in</h1>
      <p className="hint">Diagrams that you save show your name. Reading them requires no account.</p>
      <FormError failure={failure} fields={["name", "password"]} />
      <Field
        label="Name"
        value={name}
        limit={150}
        autoComplete="username"
        error={failure?.messageFor("name")}
        onChange={setName}
      />
      <Field
        label="Password"
        type="password"
        value={password}
        limit={1024}
        autoComplete="current-password"
        error={failure?.messageFor("password")}
        onChange={setPassword}
      />
      <button type="submit" className="button" disabled={busy}>
        Sign in
      </button>
    </form>
  );
};
