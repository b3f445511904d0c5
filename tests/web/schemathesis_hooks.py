"""Lets schemathesis send NDJSON bodies: it generates texts and knows no way to write them."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
schemathesis.serializer.alias("application/octet-stream", "text/plain")
