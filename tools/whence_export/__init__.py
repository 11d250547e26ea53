"""The parts of tools/export.py: tracing a module, describing its start, writing what it is checked against."""


class ExportError(Exception):
    """A module, its samples or its labels cannot be exported as given; the message says the way out."""
