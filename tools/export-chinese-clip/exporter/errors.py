class ExportError(Exception):
    """What the user can put right: says what is wrong, with which value, and what to do next."""
