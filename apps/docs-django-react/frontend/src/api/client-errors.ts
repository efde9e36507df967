/** Errors without a sentence from the application: failures of the network, of a proxy or of the database. */
export type ClientErrorCode = "unreachable" | "unavailable" | "data_too_large" | "failed" | "invalid_response";

export const clientErrorText = (code: ClientErrorCode, status: number): string => {
  switch (code) {
    case "unreachable":
      return "The server cannot be reached. Check your network connection.";
    case "unavailable":
      return "The database is not available. Please try again in a moment.";
    case "data_too_large":
      return "The data is too large to be saved.";
    case "failed":
      return `The server could not process the request (status ${status}).`;
    case "invalid_response":
      return "The server sent an unexpected response. Please reload the page.";
  }
};
