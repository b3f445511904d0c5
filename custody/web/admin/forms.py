"""Reading the forms of signed-in pages."""

from flask import request

from custody.core.errors import Malformed


def hex_field(name: str) -> bytes:
    """The bytes that a field names in hex. Raises Malformed."""
    text = request.form.get(name, "")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Malformed(f"the field {name} is not as the page has it", expected="hex digits", got=text) from None
