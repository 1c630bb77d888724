class ExportError(Exception):
    """An error that the user can correct: it names the fault, the value and the remedy."""


def first_line(error: BaseException) -> str:
    """The first line of a library's error message, which may be empty."""
    return (str(error).splitlines() or [type(error).__name__])[0]
