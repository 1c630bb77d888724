class ExportError(Exception):
    """What the user can put right: says what is wrong, with which value, and what to do next."""


def first_line(error: BaseException) -> str:
    """What an error of a library says, in a line; some say nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]
