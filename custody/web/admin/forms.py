"""Reading the forms of signed-in pages."""

from flask import request

from custody.core.errors import Malformed


def hex_field(name: str) -> bytes:
    """The bytes that a field names in hex. Raises Malformed."""
    text = request.form.get(name, "")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Malformed("a field is not as its page has it", expected=f"hex digits in {name}", got=text) from None
