"""Every error that the API reports, with its code and its sentence."""

# ruff: noqa: S105  # sentences about passwords are not passwords
from enum import Enum, unique


@unique
class Message(Enum):
    """The code is the name in lower case; the value is the template of the sentence.

    Clients and tests compare codes, so that a sentence can be reworded.
    """

    # Any request.
    BAD_REQUEST = "The request is not valid."
    BODY_NOT_AN_OBJECT = "The body must be a JSON object."
    CSRF_FAILED = "The security token of the page is missing or expired. Reload the page."
    DATA_TOO_LARGE = "The data is too large to be saved."
    INVALID_FIELD = "A field is not valid."
    INVALID_JSON = "The body is not valid JSON."
    METHOD_NOT_ALLOWED = "This URL does not accept the method {method}."
    UNKNOWN_URL = "There is nothing at this URL."
    UNSUPPORTED_MEDIA_TYPE = "Send the body as application/json."

    # Fields of several endpoints.
    INVALID_LINE = "Use one line of at most {limit} characters."
    TOO_LONG = "Use at most {limit} characters."
    NOT_ONE_LINE = "Use a single line without control characters."
    UNKNOWN_CHOICE = "Choose one of {choices}."

    # Accounts.
    CURRENT_PASSWORD_REQUIRED = "Enter your current password."
    NEW_PASSWORD_REQUIRED = "Enter a new password."
    PASSWORD_NOT_CHANGED = "The password was not changed."
    PASSWORD_REQUIRED = "Enter your password."
    SIGN_IN_FAILED = "Signing in failed."
    SIGN_IN_REQUIRED = "Sign in first."
    SIGN_IN_TO_EDIT = "Sign in to change diagrams."
    TOO_MANY_WRONG_PASSWORDS = "Too many wrong passwords. Try again in {wait}."
    USER_NAME_REQUIRED = "Enter your name."
    WRONG_CREDENTIALS = "The name or the password is wrong."
    WRONG_PASSWORD = "This is not your current password."

    # The dashboard and the list of diagrams.
    INVALID_PAGE_NUMBER = "A page number is a whole number from 1 to 9999."
    INVALID_SEARCH = "The search text is not valid."
    UNKNOWN_PAGE = "This page of the list does not exist."
    UNKNOWN_RANGE = "This range does not exist."

    # A diagram as a whole.
    DIAGRAM_LIMIT = "There are {limit} diagrams, which is the limit. Delete one first."
    DIAGRAM_NAME_REQUIRED = "Enter a name for the diagram."
    DIAGRAM_NOT_FOUND = "This diagram does not exist, or it was deleted."
    INVALID_DIAGRAM = "The diagram has errors."
    LOAD_OR_OVERWRITE = "Load the newer version, or overwrite it with yours."
    VERSION_CONFLICT = "{author} saved this diagram after you opened it."
    VERSION_REQUIRED = "Send the version of the diagram that you have seen."

    # The shapes and connections of a diagram, which the API calls nodes and edges.
    DUPLICATE_CONNECTION = "These two shapes are already connected."
    DUPLICATE_ID = "This id is used twice."
    FROM_END = "A connection cannot begin at an end shape."
    INVALID_ID = "An id has 1 to 64 letters, digits, hyphens or underscores."
    INVALID_POSITION = "Send a number from -{limit} to {limit}."
    LABEL_REQUIRED = "Enter a text for this shape."
    LIST_REQUIRED = "Send a list."
    OBJECT_REQUIRED = "Send an object."
    TEXT_REQUIRED = "Send a text."
    TO_SAME_SHAPE = "A connection must lead to another shape."
    TO_START = "A connection cannot lead to a start shape."
    TOO_MANY_CONNECTIONS = "A diagram can have at most {limit} connections."
    TOO_MANY_SHAPES = "A diagram can have at most {limit} shapes."
    UNKNOWN_SHAPE = "This connection refers to a shape that does not exist."

    @property
    def code(self) -> str:
        return self.name.lower()

    def text(self, values: dict[str, object]) -> str:
        """The sentence with its values inserted."""
        return self.value.format_map(values)
